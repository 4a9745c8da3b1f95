/** How well the pods of a run were seen: a workload counts once. */
export interface Coverage {
  /** Workloads of kinds of the table, or of the configuration, all of whose pods were seen. */
  readonly byRow: number;
  /** Workloads of kinds that nobody knows, judged by the shape of their pods. */
  readonly byShape: number;
  /** Objects of which the rule known-kind says that pods, or parts of them, cannot be seen. */
  readonly notJudged: number;
  /** The kinds of the last two, as `group/Kind`, in order. */
  readonly kinds: readonly string[];
}

/** How the pods of one object were seen. */
export type Seen = "byRow" | "byShape" | "notJudged";

/** The same while it is counted. Plain data: it goes from thread to thread. */
export interface CoverageCount {
  byRow: number;
  byShape: number;
  notJudged: number;
  readonly kinds: Set<string>;
}

export function noCoverage(): CoverageCount {
  return { byRow: 0, byShape: 0, notJudged: 0, kinds: new Set() };
}

/** @param kind of the object, as `group/Kind` */
export function countSeen(coverage: CoverageCount, seen: Seen, kind: string): void {
  coverage[seen]++;
  if (seen !== "byRow") coverage.kinds.add(kind);
}

export function addCoverage(sum: CoverageCount, { byRow, byShape, notJudged, kinds }: CoverageCount): void {
  sum.byRow += byRow;
  sum.byShape += byShape;
  sum.notJudged += notJudged;
  for (const kind of kinds) sum.kinds.add(kind);
}

export function coverageOf({ byRow, byShape, notJudged, kinds }: CoverageCount): Coverage {
  return { byRow, byShape, notJudged, kinds: [...kinds].sort() };
}

/** In percent, between 0 and 100: of a run without pods, all was seen. */
export function percentCovered({ byRow, byShape, notJudged }: Omit<Coverage, "kinds">): number {
  const seen = byRow + byShape;
  return seen + notJudged === 0 ? 100 : (100 * seen) / (seen + notJudged);
}
