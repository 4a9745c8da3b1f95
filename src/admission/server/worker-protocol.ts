import type { SignatureFacts } from "../../evaluation/signatures.ts";
import type { OwnedObject, OwnerChain } from "../owner-chain.ts";
import type { Reviewed } from "../reviewed.ts";
import type { ReviewerOptions } from "../reviewer.ts";
import type { RelationSnapshot } from "./facts.ts";

/** What the worker of large reviews starts with. */
export interface WorkerStart {
  readonly options: ReviewerOptions;
  /** Whether there is somebody to ask: a cluster about relations, registries about signatures. */
  readonly asks: boolean;
}

export type ToWorker =
  /** One at a time: the next comes when this one is answered. */
  | { readonly body: Uint8Array }
  /** What `asked` asked for. */
  | {
      /** Null where the worker's version is the newest, or there is no cluster. */
      readonly facts: RelationSnapshot | null;
      /** Null: there is no signature policy. */
      readonly signatures: SignatureFacts | null;
      /** Null: none were asked for, or there is no cluster. */
      readonly owners: OwnerChain | null;
    };

/** What became of a large body. */
export type Answered =
  | { readonly reviewed: Reviewed }
  /** It is no review; with the HTTP status that says so. */
  | { readonly bad: { readonly status: number; readonly message: string } }
  /** It holds more values than a thread's memory is sure to bear. */
  | { readonly failed: "complexity" };

export type FromWorker =
  /** The worker wants to know what holds in a namespace, of which it has this version, and whether images are signed, and who owns it. */
  | {
      readonly asked: {
        readonly namespace: string | null;
        readonly version: RelationSnapshot["version"] | null;
        readonly images: readonly string[];
        readonly owned: OwnedObject | null;
      };
    }
  | Answered;
