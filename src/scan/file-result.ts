import type { Finding } from "../findings/finding.ts";
import type { Summary } from "../findings/report.ts";
import type { WaiverUsage } from "../findings/waive.ts";
import type { Notification } from "../messages/notification.ts";

/** The figures that each file adds to the summary. */
export type Counts = Omit<Summary, "rules" | "durationMs">;
export type MutableCounts = { -readonly [name in keyof Counts]: number };

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
  };
}

export function addCounts(sum: MutableCounts, more: Counts): void {
  for (const name of Object.keys(more) as (keyof Counts)[]) sum[name] += more[name];
}

export function countFinding(counts: MutableCounts, finding: Finding): void {
  if (finding.outcome === "waived") counts.waived++;
  else if (finding.outcome === "baselined") counts.baselined++;
  else if (finding.outcome === "not-judged") counts.notJudged++;
  else if (finding.level === "error") counts.errors++;
  else if (finding.level === "warning") counts.warnings++;
  else counts.infos++;
}
