import type { Finding } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import type { Notification } from "../messages/notification.ts";
import { isOpen, weightedMessage } from "./describe.ts";
import { jsonText } from "./json-text.ts";
import { printable } from "./printable.ts";
import type { ReportContext } from "./reporter.ts";
import { type ReporterWords, reporterWords } from "./words.ts";

const SEVERITY = { error: "critical", warning: "minor", info: "info", note: "info" } as const;

/** GitLab's code quality report: an array of issues, those that are waived or in the baseline left out. */
export function* gitlabReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  let separator = "[\n";
  for (const finding of report.findings) {
    if (!isOpen(finding)) continue;
    yield separator + jsonText(issue(finding, words));
    separator = ",\n";
  }
  for (const notification of report.notifications) {
    if (notification.level === "note") continue;
    yield separator + jsonText(notified(notification, report));
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

function issue(finding: Finding, words: ReporterWords): object {
  const { rule, level, fingerprint, file, line, endLine } = finding;
  return {
    type: "issue",
    check_name: rule,
    description: printable(weightedMessage(finding, words)),
    severity: SEVERITY[level],
    fingerprint,
    location: { path: file, lines: { begin: line, end: endLine } },
  };
}

/** What could not be judged is worse than what was found: it may hide anything. */
function notified({ level, code, message, file, line }: Notification, { tool }: Report): object {
  return {
    type: "issue",
    check_name: code,
    description: printable(message),
    severity: level === "error" ? "blocker" : SEVERITY[level],
    fingerprint: [code, file ?? "", line ?? "", message].join(":"),
    location: { path: file ?? tool.name, lines: { begin: line ?? 1 } },
  };
}
