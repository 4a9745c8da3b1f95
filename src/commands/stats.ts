import type { Report } from "../findings/report.ts";
import type { Language, Words } from "../messages/language.ts";
import { textWidth } from "../reporters/width.ts";

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
  const say = words[language];
  const width = Math.max(28, ...[...counts.keys()].map((rule) => rule.length + 2));
  const line = (first: string, rest: readonly (string | number)[]): string =>
    `${padded(first, width)}${rest.map((each) => padded(String(each), -11)).join("")}\n`;
  yield line(say.rule, say.columns);
  for (const [rule, row] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) yield line(rule, row);
  const { files, documents, workloads, durationMs } = report.summary;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  yield `${say.sums(files, documents, workloads, durationMs, memory)}\n`;
}

/** To so many cells; negative: to the right. */
function padded(text: string, width: number): string {
  const space = " ".repeat(Math.max(0, Math.abs(width) - textWidth(text)));
  return width < 0 ? space + text : text + space;
}

const en = {
  rule: "rule",
  columns: ["errors", "warnings", "infos", "not judged", "waived"],
  sums: (files: number, documents: number, workloads: number, milliseconds: number, megabytes: number) =>
    `${files} files, ${documents} documents, ${workloads} workloads, ${milliseconds} ms, ${megabytes} MB`,
};
const zh: typeof en = {
  rule: "规则",
  columns: ["错误", "警告", "提示", "未判定", "豁免"],
  sums: (files, documents, workloads, milliseconds, megabytes) =>
    `${files} 个文件，${documents} 个文档，${workloads} 个工作负载，${milliseconds} 毫秒，${megabytes} MB`,
};
const words: Words<typeof en> = { en, zh };
