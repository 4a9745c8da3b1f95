import type { Finding } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import type { Notification } from "../messages/notification.ts";
import { containerName, isOpen, resourceName, weightedMessage } from "./describe.ts";
import { isWholeLine } from "./frame.ts";
import { printable, printableLines } from "./printable.ts";
import type { ReportContext } from "./reporter.ts";
import { checkedLines, foundLine } from "./summary.ts";
import { type ReporterWords, reporterWords } from "./words.ts";

const COMMANDS = { error: "error", warning: "warning", info: "notice", note: "notice" } as const;

/** GitHub's workflow commands: an annotation a finding, and the summary for the log. */
export function* githubReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  for (const finding of report.findings) if (isOpen(finding)) yield annotation(finding, words);
  for (const notification of report.notifications) yield notice(notification);
  for (const line of [foundLine(report, words), ...checkedLines(report, context, words)]) yield `${line}\n`;
}

function annotation(finding: Finding, words: ReporterWords): string {
  const { rule, level, file, line, column, endLine, endColumn, resource, container } = finding;
  const about = [resourceName(resource), ...(container === null ? [] : [containerName(container, words)])];
  // Columns are refused where the annotation spans lines.
  const columns = line === endLine && !isWholeLine(finding) ? { col: column, endColumn } : {};
  const place = file.startsWith("<") ? {} : { file, line, endLine, ...columns };
  const title = words.aside(rule, words.list(about));
  return command(COMMANDS[level], { ...place, title }, [weightedMessage(finding, words), finding.remedy]);
}

function notice({ level, code, message, file, line, column }: Notification): string {
  return command(COMMANDS[level], { file, line, col: column, title: code }, [message]);
}

function command(
  name: string,
  properties: { readonly [name: string]: string | number | undefined },
  text: readonly string[],
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(printable(String(value)))}`],
  );
  const data = printableLines(text.filter((part) => part !== "").join("\n"));
  return `::${name} ${given.join(",")}::${escapeData(data)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
