import type { Report } from "../findings/report.ts";
import { isOpen, weightedMessage } from "./describe.ts";
import type { ReportContext } from "./reporter.ts";
import { reporterWords } from "./words.ts";
import { attributes } from "./xml.ts";

/** Checkstyle's XML: files, and in them the places. What could not be judged is an info that says so. */
export function* checkstyleReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="8.0">\n';
  let file: string | null = null;
  for (const finding of report.findings) {
    if (!isOpen(finding)) continue;
    if (finding.file !== file) {
      if (file !== null) yield "  </file>\n";
      file = finding.file;
      yield `  <file${attributes({ name: file })}>\n`;
    }
    const { line, column, level, rule } = finding;
    const message = weightedMessage(finding, words);
    yield `    <error${attributes({ line, column, severity: level, message, source: `paddlock.${rule}` })}/>\n`;
  }
  if (file !== null) yield "  </file>\n";
  for (const { file, line, column, level, code, message } of report.notifications) {
    const severity = level === "note" ? "info" : level;
    const error = attributes({ line: line ?? 1, column, severity, message, source: `paddlock.${code}` });
    yield `  <file${attributes({ name: file ?? report.tool.name })}>\n    <error${error}/>\n  </file>\n`;
  }
  yield "</checkstyle>\n";
}
