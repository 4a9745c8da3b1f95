import type { Machine } from "../machine.ts";
import type { Section } from "./section.ts";

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  /** Of the tools beside Paddlock, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}

/** For a terminal: columns in line, names left and figures right. */
export function textTable({ title, note, heads, rows, targets }: Section): string {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const shown = lines.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  "),
  );
  return `\n${title}\n${note}\n${[...shown.map((line) => line.trimEnd()), ...targets.map(targetText)].map((line) => `  ${line}\n`).join("")}`;
}

export interface Heading {
  readonly title: string;
  /** Of npm, which writes it. */
  readonly script: string;
}

/** The whole of a run, for people. */
export function markdown({ date, machine, versions, sections }: Results, { title, script }: Heading): string {
  const { cores, cpu, memoryGigabytes, platform, node, load } = machine;
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const tables = sections.map(({ title, note, heads, rows, targets }) => {
    const lines = [heads, ["---", ...heads.slice(1).map(() => "--:")], ...rows];
    const table = lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
    const asked = targets.map((target) => `- ${targetText(target)}\n`).join("");
    return `## ${title}\n\n${note}\n\n${table}${asked === "" ? "" : `\n${asked}`}`;
  });
  return `<!-- Written by npm run ${script} -- --write -->
# ${title}

${date.slice(0, 10)}, ${cores} cores of ${cpu}, ${memoryGigabytes} GB, ${platform}, Node ${node}, load ${load}; ${tools.join(", ")}.

${tables.join("\n")}`;
}

function targetText({ text, measured, met }: Section["targets"][number]): string {
  return `${met ? "✓" : "✗"} ${text}: ${measured}`;
}
