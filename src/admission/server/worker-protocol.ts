import type { Questions, Told } from "../../facts/terms/fact.ts";
import type { OwnedObject, OwnerChain } from "../owner-chain.ts";
import type { Reviewed } from "../reviewed.ts";
import type { ReviewerOptions } from "../reviewer.ts";
import type { RelationSnapshot } from "./facts.ts";

/** What the worker of large reviews starts with. */
export interface ReviewWorkerStart {
  readonly options: ReviewerOptions;
  /** Whether there is somebody to ask: a cluster about relations, sources about facts. */
  readonly asks: boolean;
}

export type ToReviewWorker =
  /** One at a time: the next comes when this one is answered. */
  { readonly body: Uint8Array } | ToldWorker;

/** What `asked` asked for. */
export interface ToldWorker {
  /** Null where the worker's version is the newest, or there is no cluster. */
  readonly facts: RelationSnapshot | null;
  /** By the facts for which there is somebody to ask. */
  readonly told: Told;
  /** Null: none were asked for, or there is no cluster. */
  readonly owners: OwnerChain | null;
}

/** What became of a large body. */
export type Answered =
  | { readonly reviewed: Reviewed }
  /** It is no review; with the HTTP status that says so. */
  | { readonly bad: { readonly status: number; readonly message: string } }
  /** It holds more values than a thread's memory is sure to bear. */
  | { readonly failed: "complexity" };

/** What holds in a namespace, of which the worker has this version, the questions of facts, and who owns the object. */
export interface Asked {
  readonly namespace: string | null;
  readonly version: RelationSnapshot["version"] | null;
  readonly questions: Questions;
  readonly owned: OwnedObject | null;
}

export type FromReviewWorker =
  /** Once, when it can judge: what came before waits. */
  | { readonly ready: true }
  /** The worker wants to know. */
  | { readonly asked: Asked }
  | Answered;
