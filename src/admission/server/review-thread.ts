import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { messageIn } from "../../messages/thrown.ts";
import type { Asked, FromReviewWorker, ReviewWorkerStart, ToldWorker } from "./worker-protocol.ts";

/** Starts the thread of a worker with so much heap, in MiB. */
export type StartWorker = (start: ReviewWorkerStart, heapMb: number) => Worker;

/** What a thread does with a body: the answer, or why there is none. `lost`: the thread is gone, and why. */
export type ThreadOutcome = Exclude<FromReviewWorker, { asked: Asked } | { ready: true }> | { readonly lost: string };

interface Work {
  /** Finds out what the worker asks for. */
  readonly tell: (asked: Asked) => Promise<ToldWorker>;
  readonly settle: (outcome: ThreadOutcome) => void;
}

export interface ReviewThreadOptions {
  readonly start: ReviewWorkerStart;
  readonly heapMb: number;
  /** What the thread may take for one body, beside what it waits for others. */
  readonly judgingMs: number;
  readonly startWorker?: StartWorker | undefined;
}

/** A thread that judges one body at a time, and can be given up over it. */
export class ReviewThread {
  readonly #worker: Worker;
  readonly #judgingMs: number;
  #work: Work | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ready = false;
  #gone = false;

  constructor({ start, heapMb, judgingMs, startWorker = startThread }: ReviewThreadOptions) {
    this.#judgingMs = judgingMs;
    this.#worker = startWorker(start, heapMb);
    this.#worker.on("message", (message: FromReviewWorker) => {
      if (!this.#gone) void this.#receive(message);
    });
    let reason = "ended";
    this.#worker.on("error", (error) => {
      reason = messageIn(error);
    });
    this.#worker.on("exit", () => this.#end(reason));
  }

  /** Judges a body. The thread must be idle, and not gone. */
  judge(body: Uint8Array, tell: Work["tell"]): Promise<ThreadOutcome> {
    return new Promise((settle) => {
      this.#work = { tell, settle };
      // The body is copied: where the thread dies over it, it is still needed to say whose review that was.
      this.#worker.postMessage({ body });
      if (this.#ready) this.#clock();
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Ends the thread at once; what it was at has no answer. */
  async giveUp(reason: string): Promise<void> {
    this.#end(reason);
    await this.#worker.terminate();
  }

  async #receive(message: FromReviewWorker): Promise<void> {
    const work = this.#work;
    if ("ready" in message) {
      this.#ready = true;
      if (work !== undefined) this.#clock();
      return;
    }
    clearTimeout(this.#timer);
    if (work === undefined) return;
    if (!("asked" in message)) {
      this.#work = undefined;
      work.settle(message);
      return;
    }
    try {
      const told = await work.tell(message.asked);
      // Meanwhile it may have been too late.
      if (this.#gone) return;
      this.#worker.postMessage(told);
      this.#clock();
    } catch (error) {
      if (!this.#gone) await this.giveUp(messageIn(error));
    }
  }

  #clock(): void {
    this.#timer = setTimeout(() => void this.giveUp(tookTooLong), this.#judgingMs);
  }

  #end(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#work?.settle({ lost: reason });
    this.#work = undefined;
  }
}

/** Why a thread is given up that judged one body for too long. */
export const tookTooLong = "took too long over one review";

/** From the sources, and from the bundle where each file is one. */
function startThread(start: ReviewWorkerStart, heapMb: number): Worker {
  const own = import.meta.filename.endsWith(".ts") ? "worker.ts" : "admission-server-worker.cjs";
  // A worker has no code cache unless it asks for one before it loads anything.
  const file = JSON.stringify(join(import.meta.dirname, own));
  return new Worker(`require("node:module").enableCompileCache();require(${file})`, {
    eval: true,
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
  });
}
