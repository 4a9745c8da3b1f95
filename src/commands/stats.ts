import type { Report } from "../findings/report.ts";
import type { Language } from "../messages/language.ts";

/** What each rule found, and how much was read: a table for `--stats`. */
export function* statsText(report: Report, language: Language): Generator<string> {
  const counts = new Map<string, number[]>();
  for (const { rule, outcome, level } of report.findings) {
    const row = counts.get(rule) ?? [0, 0, 0, 0, 0];
    const column =
      outcome === "waived" || outcome === "baselined"
        ? 4
        : outcome === "not-judged"
          ? 3
          : ["error", "warning", "info"].indexOf(level);
    row[column] = (row[column] ?? 0) + 1;
    counts.set(rule, row);
  }
  const heads =
    language === "zh"
      ? ["规则", "error", "warning", "info", "未判定", "豁免"]
      : ["rule", "errors", "warnings", "infos", "not judged", "waived"];
  const width = Math.max(28, ...[...counts.keys()].map((rule) => rule.length + 2));
  const line = (first: string, rest: readonly (string | number)[]): string =>
    `${first.padEnd(width)}${rest.map((each) => String(each).padStart(11)).join("")}\n`;
  yield line(heads[0] ?? "", heads.slice(1));
  for (const [rule, row] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) yield line(rule, row);
  const { files, documents, workloads, durationMs } = report.summary;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  yield `${files} files, ${documents} documents, ${workloads} workloads, ${durationMs} ms, ${memory} MB\n`;
}
