import { addCoverage, type CoverageCount, countSeen, noCoverage } from "../findings/coverage.ts";
import type { Finding } from "../findings/finding.ts";
import type { Summary } from "../findings/report.ts";
import type { WaiverUsage } from "../findings/waive.ts";
import type { Subjected } from "../judging/subject.ts";
import type { Notification } from "../messages/notification.ts";

/** The figures that each file adds to the summary. */
export type Counts = Omit<Summary, "rules" | "durationMs" | "coverage"> & { readonly coverage: CoverageCount };
type Figures = Exclude<keyof Counts, "coverage">;
export type MutableCounts = { -readonly [name in Figures]: number } & Pick<Counts, "coverage">;

/** What judging one path gave. */
export interface FileResult {
  /** In their final order. */
  readonly findings: readonly Finding[];
  readonly notifications: readonly Notification[];
  readonly counts: Counts;
  /** Which of the configuration's waivers waived something here, and of which the target was judged. */
  readonly waivers: WaiverUsage;
}

export function noCounts(): MutableCounts {
  return {
    files: 0,
    documents: 0,
    workloads: 0,
    passedOver: 0,
    unreadable: 0,
    errors: 0,
    warnings: 0,
    infos: 0,
    notJudged: 0,
    waived: 0,
    baselined: 0,
    coverage: noCoverage(),
  };
}

export function addCounts(sum: MutableCounts, { coverage, ...more }: Counts): void {
  for (const name of Object.keys(more) as Figures[]) sum[name] += more[name];
  addCoverage(sum.coverage, coverage);
}

/** Counts an object that carries pods, or may. */
export function countWorkload(counts: MutableCounts, { resource, workload }: Subjected): void {
  if (workload === null) return;
  counts.workloads++;
  const seen = workload.unseen !== undefined ? "notJudged" : workload.byShape === true ? "byShape" : "byRow";
  countSeen(counts.coverage, seen, `${resource.group}/${resource.identity.kind}`);
}

export function countFinding(counts: MutableCounts, finding: Finding): void {
  if (finding.outcome === "waived") counts.waived++;
  else if (finding.outcome === "baselined") counts.baselined++;
  else if (finding.outcome === "not-judged") counts.notJudged++;
  else if (finding.level === "error") counts.errors++;
  else if (finding.level === "warning") counts.warnings++;
  else counts.infos++;
}
