import type { Machine } from "./machine.ts";
import type { Row, Section } from "./section.ts";

export interface Results {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  /** Of the peers, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}

const heads = ["", "median ms", "min–max", "runs", "ratio", "target", "peak MB", "target"];

/** For a terminal: columns in line, names left and figures right. */
export function textTable({ title, note, rows }: Section): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const shown = lines.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  "),
  );
  return `\n${title}\n${note}\n${shown.map((line) => `  ${line.trimEnd()}\n`).join("")}`;
}

/** The whole of a run, for people. */
export function markdown(results: Results): string {
  const { date, machine, versions, sections } = results;
  const { cores, cpu, memoryGigabytes, platform, node } = machine;
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const tables = sections.map(({ title, note, rows }) => {
    const lines = [heads, ["---", ...heads.slice(1).map(() => "--:")], ...rows.map(cells)];
    return `## ${title}\n\n${note}\n\n${lines.map((line) => `| ${line.join(" | ")} |\n`).join("")}`;
  });
  return `<!-- Written by npm run bench -- --write -->
# Benchmark

${date.slice(0, 10)}, ${cores} cores of ${cpu}, ${memoryGigabytes} GB, ${platform}, Node ${node}, load ${machine.load}; ${tools.join(", ")}.
Medians of whole processes that ran in turn; a ratio is the median of the ratios within each round.

${tables.join("\n")}`;
}

function cells(row: Row): string[] {
  const { name, median, min, max, runs, ratio, targetRatio, peakMegabytes, targetMegabytes } = row;
  return [
    name,
    milliseconds(median),
    runs === 1 ? "" : `${milliseconds(min)}–${milliseconds(max)}`,
    String(runs),
    ratio === null ? "" : ratio.toFixed(2),
    targetRatio === null ? "" : `≤ ${targetRatio}${verdict(ratio, targetRatio)}`,
    peakMegabytes === null ? "" : String(peakMegabytes),
    targetMegabytes === null ? "" : `≤ ${targetMegabytes}${verdict(peakMegabytes, targetMegabytes)}`,
  ];
}

function verdict(value: number | null, target: number): string {
  return value === null ? "" : value <= target ? " ✓" : " ✗";
}

function milliseconds(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
}
