import type { Told } from "../facts/terms/fact.ts";
import type { JudgeContext } from "../judging/context.ts";
import type { Learnt } from "../relations/resource-set.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";
import type { EncodedResult, Group, Related } from "./shard.ts";

/** What a worker thread starts with. */
export interface ScanWorkerStart {
  readonly context: JudgeContext;
  readonly groups: readonly Group[];
  /** Which of the `threads` it is; the calling thread is 0. */
  readonly thread: number;
  readonly threads: number;
  /** How many groups have been taken to be judged. Shared by all threads. */
  readonly next: Int32Array;
}

export type ToScanWorker =
  | { readonly pass: "relate" }
  | {
      readonly pass: "judge";
      readonly entries: readonly RelationEntry[];
      /** What was found out to all questions of the run. */
      readonly told: Told;
    }
  | { readonly pass: "judgeWaiting"; readonly learnt: readonly Learnt[] };

export type FromScanWorker =
  | { readonly related: Related }
  | { readonly results: readonly EncodedResult[] }
  | { readonly learnt: Learnt }
  | { readonly done: true };
