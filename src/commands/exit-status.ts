import type { Report } from "../findings/report.ts";
import type { FailOn } from "../reporters/reporter.ts";

/** 2: something could not be judged. 1: findings at or above the level. 0: neither. */
export function statusOf(report: Report, failOn: FailOn, failOnNotJudged: boolean): 0 | 1 | 2 {
  if (report.notifications.some((notification) => notification.level === "error")) return 2;
  const { errors, warnings, infos, notJudged } = report.summary;
  const failing = { never: 0, error: errors, warning: errors + warnings, info: errors + warnings + infos }[failOn];
  return failing > 0 || (failOnNotJudged && notJudged > 0) ? 1 : 0;
}

/** The value of `--fail-on`. */
export function levelOf(option: string | undefined): FailOn {
  return option === "warning" || option === "info" || option === "never" ? option : "error";
}
