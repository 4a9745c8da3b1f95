import type { Report } from "../findings/report.ts";
import { containerName, isOpen, messageOf, placeOf, resourceName } from "./describe.ts";
import { printable } from "./printable.ts";
import type { ReportContext } from "./reporter.ts";
import { checkedLines, foundLine } from "./summary.ts";
import { reporterWords } from "./words.ts";

/**
 * A line a finding: `file:line:column level rule message (resource, container)`. The level is one word of the contract,
 * whatever the language, so that editors and scripts can tell it.
 */
export function* compactReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  for (const finding of report.findings) {
    if (!isOpen(finding)) continue;
    const { rule, level, outcome, resource, container } = finding;
    const about = [resourceName(resource), ...(container === null ? [] : [containerName(container, words)])];
    const weight = outcome === "violation" ? level : outcome;
    yield `${printable(`${placeOf(finding)} ${weight} ${rule} ${words.aside(messageOf(finding), words.list(about))}`)}\n`;
  }
  for (const notification of report.notifications) {
    const { level, code, message } = notification;
    const place = placeOf(notification);
    yield `${printable(`${place === "" ? report.tool.name : place} ${level} ${code} ${message}`)}\n`;
  }
  for (const line of [foundLine(report, words), ...checkedLines(report, context, words)]) yield `${line}\n`;
}
