import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileText } from "../../documents/file-text.ts";
import { MAX_FILE_SIZE } from "../../documents/limits.ts";
import { goesOn, printedText } from "./printed-text.ts";

/** No text of a chart can hold it. */
const own = `#${randomBytes(8).toString("hex")}-`;
const aMark = new RegExp(` ${own}(\\d+);`, "g");
const atBegin = new RegExp(`^(?: ${own}\\d+;|\\s)*`);
const markOf = (line: number): string => ` ${own}${line};`;

/**
 * A copy of a chart whose templates say of each line that prints something which one it is, in a comment at its end:
 * rendered, it tells where every line comes from. All else is linked.
 * @param copy a folder that is not there yet
 * @returns whether some template reads what others print, as for a checksum: it may read marks, too
 */
export function copyWithMarks(chart: string, copy: string): boolean {
  return copyChart(chart, copy, true);
}

/** @param follows whether charts in it may be links, as they are of dependencies; one within another would never end */
function copyChart(chart: string, copy: string, follows: boolean): boolean {
  return copyEach(chart, copy, (from, to, name, isFolder) => {
    if (isFolder && name === "templates") return copyTemplates(from, to);
    if (!isFolder || name !== "charts") return link(from, to);
    return copyEach(from, to, (subchart, target, _, isOwn, isLink) =>
      isOwn && (follows || !isLink) ? copyChart(subchart, target, false) : link(subchart, target),
    );
  });
}

function copyTemplates(folder: string, copy: string): boolean {
  return copyEach(folder, copy, (from, to, name, isFolder, isLink) => {
    if (isFolder) return isLink ? link(from, to) : copyTemplates(from, to);
    const stats = statSync(from, { throwIfNoEntry: false });
    const text = stats?.isFile() === true && stats.size <= MAX_FILE_SIZE ? fileText(from) : null;
    if (text === null) return link(from, to);
    writeFileSync(to, /\.ya?ml$/.test(name) ? withMarks(text) : text);
    return /\bTemplate\b|\/templates\//.test(text);
  });
}

function copyEach(
  folder: string,
  copy: string,
  one: (from: string, to: string, name: string, isFolder: boolean, isLink: boolean) => boolean,
): boolean {
  mkdirSync(copy);
  const copied = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const from = join(folder, entry.name);
    const isLink = entry.isSymbolicLink();
    const isFolder = isLink ? (statSync(from, { throwIfNoEntry: false })?.isDirectory() ?? false) : entry.isDirectory();
    return one(from, join(copy, entry.name), entry.name, isFolder, isLink);
  });
  return copied.includes(true);
}

function link(from: string, to: string): false {
  symlinkSync(from, to);
  return false;
}

/** A comment would end a text of several lines: of these only the last gets one. */
export function withMarks(template: string): string {
  if (!template.includes("{{")) return template;
  const printed = printedText(template);
  const lines = template.split("\n");
  return lines
    .map((line, at) => {
      const print = printed[at] ?? "";
      if (print.trim() === "" || print.endsWith(goesOn) || line.startsWith("---") || isText(lines[at + 1])) return line;
      const text = line.trimEnd();
      const end = line.slice(text.length);
      // Where the space behind an action is cut off, so would be the line's end behind a mark.
      if (!text.endsWith("-}}")) return `${text}${markOf(at + 1)}${end}`;
      return `${text.slice(0, -3)}}}{{ "${markOf(at + 1)}" -}}${end}`;
    })
    .join("\n");
}

/** Whether a line can be more of a text that begins above: it begins no entry, no item and no action. */
function isText(line = ""): boolean {
  return !/^\s*(?:$|#|-(?:\s|$)|\{\{|[[\]{}])|:(?:\s|$)|^---/.test(line);
}

/** The lines of a template, as those of what it prints are looked for among them. */
export interface TemplateLines {
  /** Without the space at their ends. */
  readonly texts: readonly string[];
  /** For each the nearest above that is not blank, 1-based; 0: there is none. */
  readonly above: readonly number[];
  /** Whether it prints what goes on in the next line. */
  readonly begun: readonly boolean[];
}

export function templateLines(template: string): TemplateLines {
  const texts = template.split("\n").map((line) => line.trimEnd());
  let last = 0;
  const above = texts.map((text, at) => {
    const nearest = last;
    if (text !== "") last = at + 1;
    return nearest;
  });
  const printed = printedText(template);
  const begun = texts.map((_, at) => isText(texts[at + 1]) && printed[at]?.trim() !== "");
  return { texts, above, begun };
}

/**
 * Where the lines of a rendered document stand in its template: as `SourceFile.lines` has it, but from index 0 on.
 * @param marked the same document of the chart with marks
 * @returns null where it cannot be told
 */
export function linesByMarks(
  { texts, above, begun }: TemplateLines,
  document: string,
  marked: string,
): number[] | null {
  const lines = document.trimEnd().split("\n");
  const printed = withoutBlank(marked.split("\n"));
  if (printed.length !== lines.length) return null;
  const result = lines.map(() => 0);
  // The mark that comes next, and the line of the template that the line below comes from.
  let next = 0;
  let below = 0;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at]?.trimEnd() ?? "";
    const text = printed[at] ?? "";
    const first = atBegin.exec(text)?.[0].length ?? 0;
    const found = [...text.matchAll(aMark)];
    const mark = Number(found.find(({ index }) => index >= first)?.[1] ?? 0);
    if (line !== "") {
      let source = mark || next;
      // Without a mark: the line above in the template, if it says the same or goes on here; else what an expression printed.
      const before = above[below - 1] ?? 0;
      if (mark === 0 && before > 0 && (texts[before - 1] === line || begun[before - 1] === true)) source = before;
      if (source > 0) result[at] = texts[source - 1] === line ? source : -source;
      below = source;
    }
    next = Number(found[0]?.[1] ?? next);
  }
  return result;
}

/** What printed nothing but its marks is no line of the document. */
function withoutBlank(marked: readonly string[]): readonly string[] {
  const first = marked.findIndex(saysSomething);
  return first < 0 ? [] : marked.slice(first, marked.findLastIndex(saysSomething) + 1);
}

function saysSomething(line: string): boolean {
  return withoutMarks(line).trim() !== "";
}

/** A text as it were without marks. */
export function withoutMarks(text: string): string {
  return text.replace(aMark, "");
}
