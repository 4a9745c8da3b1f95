import { answersTo } from "../../facts/questions.ts";
import type { FactSources } from "../../facts/terms/source.ts";
import type { OwnerSource } from "../owner-chain.ts";
import type { ReviewerOptions } from "../reviewer.ts";
import { within } from "./deadline.ts";
import type { ClusterFacts } from "./facts.ts";
import { FairQueue } from "./fair-queue.ts";
import type { ServerLimits } from "./limits.ts";
import { requestIdentity } from "./request-identity.ts";
import { ReviewThread, type StartWorker, type ThreadOutcome, tookTooLong } from "./review-thread.ts";
import type { Answered, Asked, ToldWorker } from "./worker-protocol.ts";

export interface LargeReviewsOptions {
  readonly reviewer: ReviewerOptions;
  /** Null: there is no cluster to ask. */
  readonly facts: Pick<ClusterFacts, "snapshot"> | null;
  readonly sources: FactSources;
  /** Null: there is no cluster to ask. */
  readonly owners: OwnerSource | null;
  readonly limits: Pick<
    ServerLimits,
    "largeReviews" | "largeReviewBytes" | "largeReviewMs" | "largeReviewThreads" | "workerHeapMb"
  >;
  /** A worker ended that should not have. */
  readonly onWorkerLost: (reason: string) => void;
  /** Starts the thread; default: `worker.ts` beside this file. */
  readonly startWorker?: StartWorker;
}

/** What became of a large review: an answer, or why there is none. */
export type LargeOutcome = Answered | { readonly failed: "deadline" | "worker" | "over-budget" };

interface Waiting {
  readonly whose: string;
  readonly body: Uint8Array;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: LargeOutcome | null) => void;
}

interface Thread {
  readonly thread: ReviewThread;
  current: Waiting | undefined;
  /** Ends it, once nobody needed it for a while. */
  idle: NodeJS.Timeout | undefined;
}

/**
 * Reviews that are large or take much work, parsed and judged on threads of their own, so that small ones need not wait
 * for them. Threads are started when they are needed. One that dies, or that does not answer in time, costs the review it
 * was at, and is replaced. Namespaces take turns, and none has all threads: whoever sends what takes long waits for it
 * himself.
 */
export class LargeReviews {
  readonly #options: LargeReviewsOptions;
  readonly #queue = new FairQueue<Waiting>();
  readonly #threads = new Set<Thread>();
  #queuedBytes = 0;
  #retired = false;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: LargeReviewsOptions) {
    this.#options = options;
  }

  /**
   * @param deadline when the answer is due, as `performance.now()` counts
   * @returns null, now or later, where too many wait
   */
  submit(body: Uint8Array, deadline: number): Promise<LargeOutcome | null> | null {
    const whose = senderOf(body);
    if (!this.#hasRoom(whose, body.length)) return null;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        whose,
        body,
        deadline,
        timer: setTimeout(() => this.#expire(waiting), Math.max(0, deadline - performance.now())),
        settle: (outcome) => {
          clearTimeout(waiting.timer);
          resolve(outcome);
        },
      };
      this.#queue.push(whose, waiting);
      this.#queuedBytes += body.length;
      this.#next();
    });
  }

  /** Takes no more. Resolves when what waits is answered and the threads have ended. */
  retire(): Promise<void> {
    this.#retired = true;
    this.#next();
    return this.#drained.promise;
  }

  /** Ends the threads at once. What waits is answered as failed. */
  async close(): Promise<void> {
    this.#retired = true;
    this.#queuedBytes = 0;
    for (const { settle } of this.#queue.drain()) settle({ failed: "worker" });
    for (const { current } of this.#threads) current?.settle({ failed: "worker" });
    await this.#end();
  }

  async #end(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(threads.map((each) => this.#dismiss(each, "closed")));
    this.#drained.resolve();
  }

  /** Whether one more may wait; the last one of whoever has more waiting makes way. */
  #hasRoom(whose: string, bytes: number): boolean {
    const { largeReviews, largeReviewBytes } = this.#options.limits;
    while (this.#queue.size >= largeReviews || this.#queuedBytes + bytes > largeReviewBytes) {
      const displaced = this.#queue.displace(whose);
      if (displaced === undefined) return false;
      this.#queuedBytes -= displaced.body.length;
      displaced.settle(null);
    }
    return true;
  }

  #next(): void {
    for (;;) {
      const thread = this.#free();
      const next = thread === null ? undefined : this.#queue.shift((whose) => this.#mayGo(whose));
      if (thread === null || next === undefined) break;
      this.#queuedBytes -= next.item.body.length;
      void this.#judge(thread === "new" ? this.#start() : thread, next.item);
    }
    const busy = [...this.#threads].some(({ current }) => current !== undefined);
    if (this.#retired && !busy && this.#queue.size === 0) void this.#end();
  }

  /** A thread that has nothing to do, or leave to start one. */
  #free(): Thread | "new" | null {
    for (const each of this.#threads) if (each.current === undefined) return each;
    return this.#threads.size < this.#options.limits.largeReviewThreads ? "new" : null;
  }

  #mayGo(whose: string): boolean {
    let own = 0;
    for (const { current } of this.#threads) if (current?.whose === whose) own++;
    return own < Math.max(1, this.#options.limits.largeReviewThreads - 1);
  }

  #start(): Thread {
    const { reviewer, facts, sources, owners, limits, startWorker } = this.#options;
    const asks = facts !== null || owners !== null || Object.keys(sources).length > 0;
    const { workerHeapMb: heapMb, largeReviewMs: judgingMs } = limits;
    const thread = new ReviewThread({ start: { options: reviewer, asks }, heapMb, judgingMs, startWorker });
    const started: Thread = { thread, current: undefined, idle: undefined };
    this.#threads.add(started);
    return started;
  }

  async #judge(on: Thread, waiting: Waiting): Promise<void> {
    clearTimeout(on.idle);
    on.current = waiting;
    const outcome = await on.thread.judge(waiting.body, (asked) => this.#tell(asked, waiting));
    on.current = undefined;
    if (on.thread.gone) this.#threads.delete(on);
    if ("lost" in outcome) {
      if (outcome.lost !== expired && outcome.lost !== "closed") this.#options.onWorkerLost(outcome.lost);
      waiting.settle({ failed: failureOf(outcome.lost) });
    } else {
      waiting.settle(outcome);
      if (this.#threads.size > 1) on.idle = setTimeout(() => this.#dismiss(on, "closed"), idleMs).unref();
    }
    this.#next();
  }

  async #tell({ namespace, version, questions, owned }: Asked, { deadline }: Waiting): Promise<ToldWorker> {
    const { facts, sources, owners } = this.#options;
    const left = deadline - performance.now() - judgingMs;
    const [told, chain] = await Promise.all([
      answersTo(questions, sources, { milliseconds: left }),
      owners === null || owned === null ? null : owners.chain(owned, within(left)),
    ]);
    const snapshot = facts?.snapshot(namespace) ?? null;
    return { facts: snapshot?.version === version ? null : snapshot, told, owners: chain };
  }

  #expire(waiting: Waiting): void {
    for (const each of this.#threads) {
      if (each.current !== waiting) continue;
      this.#options.onWorkerLost("did not answer in time");
      void this.#dismiss(each, expired);
      return;
    }
    if (!this.#queue.remove(waiting.whose, waiting)) return;
    this.#queuedBytes -= waiting.body.length;
    waiting.settle({ failed: "deadline" });
  }

  async #dismiss(thread: Thread, reason: string): Promise<void> {
    clearTimeout(thread.idle);
    this.#threads.delete(thread);
    await thread.thread.giveUp(reason);
  }
}

const expired = "deadline";

function failureOf(lost: Extract<ThreadOutcome, { lost: string }>["lost"]): "deadline" | "worker" | "over-budget" {
  if (lost === expired) return "deadline";
  return lost === tookTooLong ? "over-budget" : "worker";
}

/** What judging a large body may take after registries were asked. */
const judgingMs = 1000;
/** Behind it a second thread is ended: it holds memory. */
const idleMs = 30_000;
/** The API server writes who asks, and for which namespace, in front of the object. */
const headBytes = 64 << 10;

/** Whose turn a review takes: that of its namespace, or of its user where it has none. */
function senderOf(body: Uint8Array): string {
  const identity = requestIdentity(body.subarray(0, headBytes));
  if (identity === null) return "";
  return identity.namespace === null ? `user ${identity.user.name}` : `namespace ${identity.namespace}`;
}
