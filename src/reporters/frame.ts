import type { Region } from "../documents/document.ts";
import { printable } from "./printable.ts";
import type { Paint } from "./reporter.ts";
import { characterWidth, textWidth } from "./width.ts";

/** A region of more lines shows its first ones. */
const LONGEST_REGION = 3;
const TAB = 4;
/** Cells kept before a field that a long line is cut around. */
const LEAD = 12;

export interface FrameStyle {
  /** Lines shown before and after the field; 2 where it is absent. */
  readonly context?: number;
  readonly columns: number;
  readonly indent: string;
  readonly dim: Paint;
  readonly mark: Paint;
}

/** The lines of a file's text, as YAML counts them. */
export function sourceLines(text: string): readonly string[] {
  return (text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text).split(/\r\n|\n|\r/);
}

/**
 * The field with some lines of context around it, line numbers, and `^^^` under its exact cells. Long lines are cut around
 * the field.
 * @returns nothing where the file does not have the region's line
 */
export function codeFrame(lines: readonly string[], region: Region, style: FrameStyle): string[] {
  if (region.line < 1 || region.line > lines.length) return [];
  const last = Math.min(region.endLine, region.line + LONGEST_REGION - 1, lines.length);
  const context = style.context ?? 2;
  const from = Math.max(1, region.line - context);
  const more = Math.min(region.endLine, lines.length) > last;
  const to = more ? last : Math.min(lines.length, last + context);
  const digits = String(to).length;
  const width = Math.max(12, style.columns - style.indent.length - digits - 5);

  const rows: Row[] = [];
  for (let number = from; number <= to; number++) {
    const line = lines[number - 1] ?? "";
    const marked = number >= region.line && number <= last;
    rows.push({ number, cells: layOut(line, marked ? span(line, number, region) : null, width) });
  }
  while (rows.length > 1 && isBlank(rows.at(-1))) rows.pop();
  while (rows.length > 1 && isBlank(rows[0])) rows.shift();

  const cut = cutBefore(rows, width);
  const out: string[] = [];
  for (const { number, cells } of rows) {
    const marked = cells.mark !== null;
    const gutter = `${marked ? ">" : " "} ${String(number).padStart(digits)} |`;
    // Where a part of the marked line had to go, the lines around it are better read from their beginning.
    const left = marked || cut.indentOnly ? cut.left : 0;
    const text = visible(cells, left, width);
    out.push(`${style.indent}${marked ? gutter : style.dim(gutter)}${text === "" ? "" : ` ${text}`}`);
    if (cells.mark === null) continue;
    const start = Math.max(cells.mark.start - left, 0);
    const end = Math.min(Math.max(cells.mark.end - left, start + 1), width);
    const carets = style.mark("^".repeat(Math.max(end - start, 1)));
    out.push(`${style.indent}${style.dim(`  ${" ".repeat(digits)} |`)} ${" ".repeat(start)}${carets}`);
  }
  if (more) out.push(`${style.indent}${style.dim(`  ${" ".repeat(digits)} | …`)}`);
  return out;
}

interface Row {
  readonly number: number;
  readonly cells: Cells;
}
interface Cells {
  /** The line's characters as they can be shown, with the cell that each begins at. */
  readonly glyphs: readonly { readonly text: string; readonly at: number; readonly width: number }[];
  readonly width: number;
  /** Cells of the leading blanks. */
  readonly indent: number;
  /** Whether a part of the line too long to look at was left out before the first glyph. */
  readonly shortened: boolean;
  readonly mark: { readonly start: number; readonly end: number } | null;
}
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Of what was rendered from a template often no more than the line is known: then the region is empty. */
export function isWholeLine({ line, column, endLine, endColumn }: Region): boolean {
  return line === endLine && column === 1 && endColumn === 1;
}

/** The code units of a line that the region covers. */
function span(line: string, number: number, region: Region): Span {
  const whole = isWholeLine(region);
  const start = number === region.line && !whole ? region.column - 1 : line.length - line.trimStart().length;
  const end = number === region.endLine && !whole ? region.endColumn - 1 : line.trimEnd().length;
  return { start, end: Math.max(end, start) };
}

/** Gives every character its cells. Of a line of megabytes only the surroundings of the field are looked at. */
function layOut(line: string, marked: Span | null, width: number): Cells {
  const reach = 4 * width;
  const from = marked !== null && marked.start > 2 * reach ? marked.start - reach : 0;
  const until = Math.min(line.length, (marked?.start ?? 0) + 2 * reach);
  const glyphs: { text: string; at: number; width: number }[] = [];
  let at = 0;
  let index = from;
  let start = 0;
  let end = 0;
  let indent = 0;
  let blank = true;
  for (const character of line.slice(from, until)) {
    if (marked !== null && index <= marked.start) start = at;
    const text = character === "\t" ? " ".repeat(TAB - (at % TAB)) : printable(character);
    const cells = text === character ? characterWidth(character) : textWidth(text);
    blank &&= text.trim() === "";
    glyphs.push({ text, at, width: cells });
    at += cells;
    index += character.length;
    if (blank) indent = at;
    if (marked !== null && index <= marked.end) end = at;
  }
  if (marked !== null && index <= marked.start) start = at;
  const mark = marked === null ? null : { start, end: Math.max(end, start + 1) };
  return { glyphs, width: at, indent: blank ? Number.POSITIVE_INFINITY : indent, shortened: from > 0, mark };
}

function isBlank(row: Row | undefined): boolean {
  return row !== undefined && row.cells.mark === null && row.cells.indent === Number.POSITIVE_INFINITY;
}

interface Cut {
  /** Cells to leave out at the left. */
  readonly left: number;
  /** Whether they are blank in every line. */
  readonly indentOnly: boolean;
}

/** What to leave out so that the field can be seen: nothing, else the common indentation, else more. */
function cutBefore(rows: readonly Row[], width: number): Cut {
  const marked = rows.flatMap(({ cells }) => (cells.mark === null ? [] : [cells.mark]));
  const start = Math.min(...marked.map((mark) => mark.start));
  const end = Math.max(...marked.map((mark) => mark.end));
  if (end <= width) return { left: 0, indentOnly: true };
  const indent = Math.min(...rows.map(({ cells }) => cells.indent));
  if (end - indent <= width || start - indent <= LEAD) return { left: indent, indentOnly: true };
  const room = Math.max(2, width - (end - start));
  return { left: Math.max(0, start - Math.min(LEAD, room)), indentOnly: false };
}

/** The part of a line that fits, with `…` at an end that was cut. */
function visible({ glyphs, width: whole, indent, shortened }: Cells, left: number, width: number): string {
  const cutLeft = shortened || (left > indent && whole > left);
  const cutRight = whole > left + width;
  const from = left + (cutLeft ? 1 : 0);
  const to = left + width - (cutRight ? 1 : 0);
  let text = cutLeft ? "…" : "";
  let filled = from;
  for (const glyph of glyphs) {
    if (glyph.at < from || glyph.at + glyph.width > to) continue;
    text += " ".repeat(Math.max(0, glyph.at - filled)) + glyph.text;
    filled = glyph.at + glyph.width;
  }
  return (cutRight ? `${text}…` : text).trimEnd();
}
