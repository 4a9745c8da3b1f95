import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { OwnerSource } from "../owner-chain.ts";
import { type ReviewSignatures, signaturesFor } from "../review-signatures.ts";
import type { ReviewerOptions } from "../reviewer.ts";
import { within } from "./deadline.ts";
import type { ClusterFacts } from "./facts.ts";
import type { ServerLimits } from "./limits.ts";
import type { Answered, FromWorker, ToWorker, WorkerStart } from "./worker-protocol.ts";

export interface LargeReviewsOptions {
  readonly reviewer: ReviewerOptions;
  /** Null: there is no cluster to ask. */
  readonly facts: Pick<ClusterFacts, "snapshot"> | null;
  /** Null: there is no signature policy. */
  readonly signatures: ReviewSignatures | null;
  /** Null: there is no cluster to ask. */
  readonly owners: OwnerSource | null;
  readonly limits: Pick<ServerLimits, "largeReviews" | "largeReviewBytes" | "workerHeapMb">;
  /** A worker ended that should not have. */
  readonly onWorkerLost: (reason: string) => void;
  /** Starts the thread; default: `worker.ts` beside this file. */
  readonly startWorker?: (start: WorkerStart, heapMb: number) => Worker;
}

/** What became of a large review: an answer, or why there is none. */
export type LargeOutcome = Answered | { readonly failed: "deadline" | "worker" };

interface Waiting {
  readonly body: Uint8Array;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: LargeOutcome) => void;
}

/**
 * Reviews whose bodies are large, parsed and judged one after another on a thread of their own, so that small ones need
 * not wait for them. The thread is started for the first of them. One that dies, or that does not answer in time, costs
 * the review it was at, and is replaced.
 */
export class LargeReviews {
  readonly #options: LargeReviewsOptions;
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  #current: Waiting | undefined;
  #worker: Worker | undefined;
  #retired = false;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: LargeReviewsOptions) {
    this.#options = options;
  }

  /**
   * @param deadline when the answer is due, as `performance.now()` counts
   * @returns null where too many wait
   */
  submit(body: Uint8Array, deadline: number): Promise<LargeOutcome> | null {
    const { largeReviews, largeReviewBytes } = this.#options.limits;
    if (this.#queue.length >= largeReviews || this.#queuedBytes + body.length > largeReviewBytes) return null;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        body,
        deadline,
        timer: setTimeout(() => this.#expire(waiting), Math.max(0, deadline - performance.now())),
        settle: (outcome) => {
          clearTimeout(waiting.timer);
          resolve(outcome);
        },
      };
      this.#queue.push(waiting);
      this.#queuedBytes += body.length;
      this.#next();
    });
  }

  /** Takes no more. Resolves when what waits is answered and the thread has ended. */
  retire(): Promise<void> {
    this.#retired = true;
    this.#next();
    return this.#drained.promise;
  }

  /** Ends the thread at once. What waits is answered as failed. */
  async close(): Promise<void> {
    this.#retired = true;
    const left = this.#current === undefined ? this.#queue.splice(0) : [this.#current, ...this.#queue.splice(0)];
    this.#current = undefined;
    this.#queuedBytes = 0;
    for (const { settle } of left) settle({ failed: "worker" });
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#dismiss()?.terminate();
    this.#drained.resolve();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const next = this.#queue.shift();
    if (next === undefined) {
      if (this.#retired) void this.#end();
      return;
    }
    this.#queuedBytes -= next.body.length;
    this.#current = next;
    this.#worker ??= this.#start();
    // The body is copied: where the thread dies over it, it is still needed to say whose review that was.
    this.#post({ body: next.body });
  }

  #start(): Worker {
    const { reviewer, facts, signatures, owners, limits, startWorker = startThread } = this.#options;
    const asks = facts !== null || signatures !== null || owners !== null;
    const worker = startWorker({ options: reviewer, asks }, limits.workerHeapMb);
    worker.on("message", (message: FromWorker) => {
      if (worker === this.#worker) void this.#receive(message, worker);
    });
    let reason = "ended";
    worker.on("error", (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => {
      if (worker === this.#worker) this.#lost(reason);
    });
    return worker;
  }

  async #receive(message: FromWorker, worker: Worker): Promise<void> {
    if (!("asked" in message)) {
      this.#answer(message);
      return;
    }
    const { namespace, version, images, owned } = message.asked;
    const { facts, signatures, owners } = this.#options;
    try {
      const left = (this.#current?.deadline ?? 0) - performance.now() - judgingMs;
      const [found, chain] = await Promise.all([
        signatures === null ? null : signaturesFor(signatures, images, left),
        owners === null || owned === null ? null : owners.chain(owned, within(left)),
      ]);
      // Meanwhile it may have been too late, and the thread another one.
      if (worker !== this.#worker) return;
      const snapshot = facts?.snapshot(namespace) ?? null;
      this.#post({ facts: snapshot?.version === version ? null : snapshot, signatures: found, owners: chain });
    } catch (error) {
      if (worker !== this.#worker) return;
      void this.#dismiss()?.terminate();
      this.#lost(error instanceof Error ? error.message : String(error));
    }
  }

  #answer(outcome: LargeOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.settle(outcome);
    this.#next();
  }

  #expire(waiting: Waiting): void {
    if (waiting === this.#current) {
      void this.#dismiss()?.terminate();
      this.#options.onWorkerLost("did not answer in time");
      this.#answer({ failed: "deadline" });
      return;
    }
    const at = this.#queue.indexOf(waiting);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    this.#queuedBytes -= waiting.body.length;
    waiting.settle({ failed: "deadline" });
  }

  #lost(reason: string): void {
    this.#worker = undefined;
    this.#options.onWorkerLost(reason);
    this.#answer({ failed: "worker" });
  }

  /** Lets the thread go, so that nothing it still says counts. */
  #dismiss(): Worker | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    return worker;
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}

/** What judging a large body may take after registries were asked. */
const judgingMs = 1000;

/** From the sources, and from the bundle where each file is one. */
function startThread(start: WorkerStart, heapMb: number): Worker {
  const own = import.meta.filename.endsWith(".ts") ? "worker.ts" : "admission-server-worker.cjs";
  // A worker has no code cache unless it asks for one before it loads anything.
  const file = JSON.stringify(join(import.meta.dirname, own));
  return new Worker(`require("node:module").enableCompileCache();require(${file})`, {
    eval: true,
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
  });
}
