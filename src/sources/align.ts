import { readTemplate, type TemplateLine, type TemplateText } from "./template-text.ts";

/** Above this many pairs of lines nothing is told: the work grows with their number. */
const mostPairs = 4_000_000;

/** What speaks for a line being where it is, and against leaving lines out. */
const exact = 4;
const likely = 3;
const possible = 1;
const inside = 0.5;
const unexplained = -3;
const leftOut = 2;
const leftOutOfBlock = 0.1;
const leftOutSeparator = 6;
const repeated = 0.2;

const none = Number.NEGATIVE_INFINITY;

/**
 * Tells where the lines of rendered documents come from: the most plausible way through the template for each of them,
 * where text becomes itself, expressions become anything that fits around them, and a `range` goes back to its start.
 * @param template the text of the template, or of a file that is taken as it is
 * @param documents rendered from it, in any order
 * @returns for each document and each of its lines the 1-based line of the template, as `SourceFile.lines` has it
 */
export function alignDocuments(template: string, documents: readonly string[]): number[][] {
  const read = readTemplate(template);
  const isPlain = read.lines.every(({ kind }) => kind === "text" || kind === "silent") && !template.includes("{{");
  return documents.map((document) => {
    const lines = document.split("\n").map((line) => line.replace(/\r$/, ""));
    const copied = isPlain ? copyIn(read.lines, lines) : null;
    return copied ?? align(read, lines);
  });
}

/** Where the lines stand in the text one after another. */
function copyIn(template: readonly TemplateLine[], lines: readonly string[]): number[] | null {
  const own = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  const first = own.findIndex((line) => line.trim() !== "");
  if (first < 0) return lines.map(() => 0);
  for (let at = 0; at + own.length - first <= template.length; at++) {
    let same = 0;
    while (same < own.length - first && template[at + same]?.text === own[first + same]) same++;
    if (same === own.length - first)
      return lines.map((_, line) => (line < first || line >= own.length ? 0 : at + line - first + 1));
  }
  return null;
}

/** Viterbi's algorithm: the states are the template's lines. */
function align({ lines: template, loops }: TemplateText, lines: readonly string[]): number[] {
  const count = template.length;
  if (count * lines.length > mostPairs) return lines.map(() => 0);
  const { costs, regionStart, regionEnd } = costsOf(template);
  let before = new Float64Array(count).fill(none);
  const from = new Int32Array(count * lines.length).fill(-1);
  const known = new Uint8Array(count * lines.length);
  for (const [row, line] of lines.entries()) {
    const scores = new Float64Array(count).fill(none);
    const base = row * count;
    const enter = (at: number, score: number, previous: number, isKnown: boolean): void => {
      if (score <= (scores[at] ?? none)) return;
      scores[at] = score;
      from[base + at] = previous;
      known[base + at] = isKnown ? 1 : 0;
    };
    const emits = template.map((each) => emission(each, line));
    // On from any line above, leaving out those between.
    let best = none;
    let bestAt = -1;
    for (let at = 0; at < count; at++) {
      const emit = emits[at] ?? none;
      const cost = costs[at] ?? 0;
      if (row === 0) {
        const start = (costs[regionStart[at] ?? 0] ?? 0) - cost;
        enter(at, start + emit, -1, true);
        enter(at, start + unexplained, -1, false);
      } else {
        enter(at, best - cost + emit, bestAt, true);
        const here = before[at] ?? none;
        enter(at, here + continuation(template[at], line), at, true);
        enter(at, here + unexplained, at, false);
        const onward = here + (costs[at + 1] ?? 0);
        if (onward > best) {
          best = onward;
          bestAt = at;
        }
      }
    }
    // Back to the start of a loop from any line in it.
    for (const { first, last } of row === 0 ? [] : loops) {
      let back = none;
      let backAt = -1;
      for (let at = first; at <= last; at++) {
        const score = (before[at] ?? none) + (costs[at + 1] ?? 0) - (costs[last + 1] ?? 0) - repeated;
        if (score > back) [back, backAt] = [score, at];
      }
      for (let at = first; at <= backAt; at++) {
        enter(at, back - (costs[at] ?? 0) + (costs[first] ?? 0) + (emits[at] ?? none), backAt, true);
      }
    }
    before = scores;
  }
  let at = -1;
  let best = none;
  for (let end = 0; end < count; end++) {
    const score = (before[end] ?? none) - (costs[regionEnd[end] ?? count] ?? 0) + (costs[end + 1] ?? 0);
    if (score > best) [best, at] = [score, end];
  }
  const result = lines.map(() => 0);
  for (let row = lines.length - 1; row >= 0 && at >= 0; row--) {
    if (known[row * count + at] === 1 && lines[row] !== "") {
      result[row] = template[at]?.text.trimEnd() === lines[row]?.trimEnd() ? at + 1 : -(at + 1);
    }
    at = from[row * count + at] ?? -1;
  }
  return result;
}

/** `costs[n]`: what leaving out all of the first n lines costs. A region is what stands between two `---`. */
function costsOf(template: readonly TemplateLine[]): {
  costs: Float64Array;
  regionStart: number[];
  regionEnd: number[];
} {
  const costs = new Float64Array(template.length + 1);
  const regionStart: number[] = [];
  let start = 0;
  for (const [at, line] of template.entries()) {
    const separates = line.text.startsWith("---");
    if (separates) start = at + 1;
    regionStart.push(separates ? at : start);
    const cost = separates
      ? leftOutSeparator
      : line.kind === "silent" || line.kind === "expression"
        ? 0
        : line.optional
          ? leftOutOfBlock
          : line.text.trimStart().startsWith("#")
            ? leftOutOfBlock
            : leftOut;
    costs[at + 1] = (costs[at] ?? 0) + cost;
  }
  const regionEnd: number[] = [];
  let end = template.length;
  for (let at = template.length - 1; at >= 0; at--) {
    regionEnd[at] = end;
    if (template[at]?.text.startsWith("---") === true) end = at;
  }
  return { costs, regionStart, regionEnd };
}

/** How well a line of the template explains a rendered line. */
function emission(template: TemplateLine, line: string): number {
  switch (template.kind) {
    case "text":
      if (template.text.trimEnd() === line.trimEnd()) return exact;
      // The first line of a document loses its indentation.
      return template.text.trim() === line.trim() ? likely : none;
    case "mixed":
      return mixedEmission(template, line);
    case "expression":
      return indentOf(line) >= template.floor ? inside : none;
    case "silent":
      return line.trim() === "" ? 0 : none;
  }
}

function mixedEmission({ literals, closed }: TemplateLine, line: string): number {
  let at = 0;
  let found = 0;
  for (const [index, literal] of literals.entries()) {
    if (literal === "") continue;
    const last = index === literals.length - 1;
    const wanted = index > 0 && last ? literal.trimEnd() : literal;
    const trimmed = index === 0 && !line.startsWith(wanted) ? wanted.trimEnd() : wanted;
    const position = index === 0 ? (line.startsWith(trimmed) ? 0 : -1) : line.indexOf(trimmed, at);
    if (position < 0) return none;
    at = position + trimmed.length;
    found += trimmed.trim().length;
    if (last && closed && index > 0 && !line.trimEnd().endsWith(trimmed)) return none;
  }
  // Of two lines that fit, the one that says more.
  return (found >= 3 ? likely : possible) + Math.min(found, 50) / 100;
}

/** How well a line of the template explains one more line of what its expression printed. */
function continuation(template: TemplateLine | undefined, line: string): number {
  if (template === undefined) return none;
  if (template.kind === "expression") return indentOf(line) >= template.floor ? inside : none;
  if (template.kind !== "mixed") return line.trim() === "" ? 0 : none;
  const least = template.floor > 0 ? template.floor : indentOf(template.text) + 1;
  return indentOf(line) >= least ? inside / 2 : none;
}

function indentOf(line: string): number {
  return line.trim() === "" ? Number.POSITIVE_INFINITY : line.length - line.trimStart().length;
}
