import type { RegistryError } from "../../registry/registry-error.ts";
import { type Detail, detailWords } from "./detail-words.ts";
import type { FailureReason, UnknownReason } from "./signature-fact.ts";

/** A signature that does not count, and why. */
export class Rejection extends Error {
  override name = "Rejection";
  readonly reason: FailureReason;
  readonly detail: Detail;

  /** Each file of `dist` has a copy of this class of its own; an error of any of them is one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "Rejection" && "reason" in value;
  }

  constructor(reason: FailureReason, detail: Detail) {
    super(detail(detailWords.en));
    this.reason = reason;
    this.detail = detail;
  }
}

/** Something that could not be read: the registry refused it, or nobody can say what it would have shown. */
export type Obstacle =
  | { readonly state: "failed"; readonly reason: FailureReason; readonly detail: Detail }
  | { readonly state: "unknown"; readonly reason: UnknownReason; readonly detail: Detail };

/** What a registry's refusal means for a verdict: some are an answer, and that answer no. */
export function obstacleOf(error: RegistryError): Obstacle {
  const { kind } = error;
  const detail: Detail = (say) => say.registry(error);
  switch (kind) {
    case "unauthorized":
    case "forbidden":
    case "digest-mismatch":
      return { state: "failed", reason: kind, detail };
    case "not-found":
      // What a list or a manifest names, and the registry does not have.
      return { state: "unknown", reason: "protocol", detail };
    default:
      return { state: "unknown", reason: kind, detail };
  }
}

/** Those that deny come first: they decide. */
export function gravest(obstacles: readonly Obstacle[]): Obstacle | undefined {
  return obstacles.find(({ state }) => state === "failed") ?? obstacles[0];
}

/** How far a signature came before it was rejected: the one that came furthest says best what is wrong. */
const PROGRESS: Partial<Record<FailureReason, number>> = {
  unsigned: 0,
  "wrong-key": 1,
  "wrong-identity": 2,
  "no-timestamp": 3,
  "expired-certificate": 4,
  "log-entry-mismatch": 5,
  "payload-mismatch": 6,
};

export function furthest(rejections: readonly Rejection[]): Rejection | undefined {
  const rank = ({ reason }: Rejection): number => PROGRESS[reason] ?? 0;
  return rejections.toSorted((one, other) => rank(other) - rank(one))[0];
}

/** What is missing, and why the one that came furthest does not count. */
export function because(detail: Detail, why: Rejection | undefined): Detail {
  return why === undefined ? detail : (say) => say.besides(detail(say), why.detail(say));
}

/** A text out of a certificate or a payload, safe to print and short. */
export function shown(text: string): string {
  const safe = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return `"${safe.length > 120 ? `${safe.slice(0, 117)}...` : safe}"`;
}
