import type { AdmissionMode } from "../config/admission.ts";
import type { Level } from "../rules/metadata.ts";
import type { UntrustedOperator } from "./untrusted.ts";

/** A reason of a denial for programs. Source: StatusCause of the Kubernetes API (meta/v1). */
export interface StatusCause {
  /** The rule. */
  readonly reason: string;
  readonly message: string;
  /** The field's path in the object. */
  readonly field: string;
}

/** The AdmissionReview that answers one. */
export interface AdmissionAnswer {
  readonly apiVersion: "admission.k8s.io/v1";
  readonly kind: "AdmissionReview";
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: {
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      readonly details?: {
        readonly name?: string;
        readonly group?: string;
        readonly kind: string;
        readonly causes: readonly StatusCause[];
      };
    };
    /** A JSON Patch, base64, of what mutates an object; never of a review. */
    readonly patchType?: "JSONPatch";
    readonly patch?: string;
    /** At most 120 characters each, 4,096 in total: the API server cuts what is more. */
    readonly warnings?: readonly string[];
    /** The API server puts the webhook's name before each key. */
    readonly auditAnnotations: { [key: string]: string };
  };
}

/**
 * Why a request got its answer. `unchanged`: an update of nothing that rules look at, or an object in which there is
 * nothing to pin; `pinned`: images were given the digests that were verified.
 */
export type ReviewOutcome = "judged" | "exempt" | "unchanged" | "not-subject" | "failed" | "pinned";

/** One decision, for the log and the metrics. Nothing in it comes from the object's content but its name. */
export interface ReviewRecord {
  readonly uid: string;
  readonly operation: string;
  readonly group: string;
  readonly kind: string;
  readonly subResource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly user: string;
  readonly dryRun: boolean;
  readonly mode: AdmissionMode;
  readonly allowed: boolean;
  readonly outcome: ReviewOutcome;
  /** Of a failure. */
  readonly reason?: string;
  readonly findings: readonly ReviewFinding[];
  /** What let it in, where the outcome is `exempt`. */
  readonly exempt?: { readonly by: "record" | "user" | "group" | "serviceAccount"; readonly who: string };
  /** How many images were pinned; only of a request to mutate, which is judged in a review of its own. */
  readonly pinned?: number;
}

/** Findings that are alike: of many, what they say each is not sent from thread to thread. */
export interface ReviewFinding {
  readonly count: number;
  readonly rule: string;
  readonly level: Level;
  readonly outcome: "violation" | "not-judged" | "waived";
  /** It is let in because what made the object had it before its namespace was enforced. */
  readonly inherited?: boolean;
}

/** What a review came to. */
export interface Reviewed {
  readonly answer: AdmissionAnswer;
  readonly record: ReviewRecord;
  /** The account that asked, where it may be an operator that nobody said to trust. */
  readonly untrusted?: UntrustedOperator;
  /** Judging it took more steps than this thread gives: one that can be given up may come to an end. */
  readonly exhausted?: true;
}
