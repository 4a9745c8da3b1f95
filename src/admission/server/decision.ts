import type { ReviewRecord } from "../reviewed.ts";

/** One answered review, as logs, metrics and traces are told of it. */
export interface Decision {
  readonly record: ReviewRecord;
  /** When the request arrived, in milliseconds since 1970. */
  readonly arrivedAt: number;
  /** From its arrival to its answer. */
  readonly durationMs: number;
  /** The W3C `traceparent` that came with the request. */
  readonly traceParent: string | undefined;
}

/** How often a decision found what: `{"pinned-image": {"violation": 2}}`. */
export type FindingCounts = { readonly [rule: string]: { readonly [outcome: string]: number } };

export function countFindings({ findings }: Pick<ReviewRecord, "findings">): FindingCounts {
  const counts: { [rule: string]: { [outcome: string]: number } } = {};
  for (const { rule, outcome, count } of findings) {
    counts[rule] ??= {};
    const ofRule = counts[rule];
    ofRule[outcome] = (ofRule[outcome] ?? 0) + count;
  }
  return counts;
}
