import { percentCovered } from "../findings/coverage.ts";
import type { Report } from "../findings/report.ts";
import type { FailOn } from "../reporters/reporter.ts";
import { type ParsedOptions, UsageError } from "./usage.ts";

/** When a run fails, beside where it could not judge. */
export interface Failing {
  readonly failOn: FailOn;
  readonly failOnNotJudged: boolean;
  /** In percent of the workloads: how many must have been seen. */
  readonly minCoverage: number;
}

/** 2: something could not be judged. 1: findings at or above the level, or too little was seen. 0: neither. */
export function statusOf(report: Report, { failOn, failOnNotJudged, minCoverage }: Failing): 0 | 1 | 2 {
  if (report.notifications.some((notification) => notification.level === "error")) return 2;
  if (percentCovered(report.summary.coverage) < minCoverage) return 1;
  const { errors, warnings, infos, notJudged } = report.summary;
  const failing = { never: 0, error: errors, warning: errors + warnings, info: errors + warnings + infos }[failOn];
  return failing > 0 || (failOnNotJudged && notJudged > 0) ? 1 : 0;
}

/**
 * The value of `--min-coverage`.
 * @throws UsageError for what is no number of percent
 */
export function minCoverageOf(options: Pick<ParsedOptions, "text" | "say">): number {
  const written = options.text("min-coverage");
  if (written === undefined) return 0;
  const percent = /^\d{1,3}(?:\.\d+)?%?$/.test(written) ? Number(written.replace("%", "")) : Number.NaN;
  if (!(percent <= 100)) throw new UsageError(options.say.form("--min-coverage", options.say.percent, written));
  return percent;
}

/** The value of `--fail-on`. */
export function levelOf(option: string | undefined): FailOn {
  return option === "warning" || option === "info" || option === "never" ? option : "error";
}
