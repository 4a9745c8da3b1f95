import type { Event } from "js-yaml";
import { ALIAS, MAPPING, SCALAR, SEQUENCE } from "./events.ts";
import { isBreak, lineBreak } from "./lines.ts";

/** What a line may continue: a quoted scalar, or a flow collection. */
export type Open = "'" | '"' | "flow";

/** Spaces put before lines of a text, and the way back from offsets in the longer text. */
export class Indentation {
  private readonly text: string;
  /** Offsets of the indented lines in the text, ascending. */
  private lines: number[] = [];
  private readonly widths: Map<number, number> = new Map();
  /** How far the text behind each of `lines` is moved. */
  private moves: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /**
   * Indents the lines that begin from offset `from` to offset `to`, deeper than any block collection before them.
   * False when the first of them is indented already, or the spaces would be more than `budget`.
   */
  indent(from: number, to: number, budget: number): boolean {
    if (this.widths.has(from)) return false;
    const width = deepestIndent(this.text, from) + 1;
    const lines = [from];
    for (let at = from; at < to; at++) {
      if (!isBreak(this.text.charCodeAt(at)) || isBreak(this.text.charCodeAt(at + 1))) continue;
      if (!this.widths.has(at + 1)) lines.push(at + 1);
    }
    if (lines.length * width > budget) return false;
    for (const line of lines) this.widths.set(line, width);
    this.lines = [...this.widths.keys()].sort((a, b) => a - b);
    let moved = 0;
    this.moves = this.lines.map((line) => {
      moved += this.widths.get(line) ?? 0;
      return moved;
    });
    return true;
  }

  /** The text up to an offset, its lines indented. */
  apply(end: number): string {
    const parts: string[] = [];
    let from = 0;
    for (const line of this.lines) {
      if (line >= end) break;
      parts.push(this.text.slice(from, line), " ".repeat(this.widths.get(line) ?? 0));
      from = line;
    }
    parts.push(this.text.slice(from, end));
    return parts.join("");
  }

  /** The offset in the text of an offset in the longer one; spaces stand at the line that they were put before. */
  original(offset: number): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = this.lines[middle] ?? 0;
      const start = line + (this.moves[middle] ?? 0) - (this.widths.get(line) ?? 0);
      if (start <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return offset;
    return Math.max(this.lines[low - 1] ?? 0, offset - (this.moves[low - 1] ?? 0));
  }

  /** Brings the offsets of events of the longer text back to the text. */
  moveBack(events: Event[]): Event[] {
    const back = (offset: number): number => (offset === -1 ? -1 : this.original(offset));
    for (const event of events) {
      if (event.type !== ALIAS && event.type !== SCALAR && event.type !== MAPPING && event.type !== SEQUENCE) continue;
      event.anchorStart = back(event.anchorStart);
      event.anchorEnd = back(event.anchorEnd);
      if (event.type === ALIAS) continue;
      event.tagStart = back(event.tagStart);
      event.tagEnd = back(event.tagEnd);
      if (event.type === SCALAR) {
        event.valueStart = back(event.valueStart);
        event.valueEnd = back(event.valueEnd);
      } else event.start = back(event.start);
    }
    return events;
  }
}

/** The deepest column at which a block collection may have begun before an offset. */
function deepestIndent(text: string, offset: number): number {
  let deepest = 0;
  for (let at = 0; at < offset; at++) {
    const start = at;
    while (" -?:".includes(text.charAt(at)) && at < offset) at++;
    deepest = Math.max(deepest, at - start);
    at = lineBreak(text, at);
  }
  return deepest;
}

/** Offset of the quote or bracket that closes what is open at the start of a line. */
export function endOfOpen(text: string, line: number, open: Open): number {
  if (open !== "flow") return endOfQuoted(text, line, open);
  let depth = 0;
  for (let at = line; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") {
      if (depth-- === 0) return at;
    } else if ((char === "'" || char === '"') && /[\s,[\]{}:]/.test(text.charAt(at - 1))) {
      at = endOfQuoted(text, at + 1, char);
    } else if (char === "#" && /\s/.test(text.charAt(at - 1))) {
      at = lineBreak(text, at) - 1;
    }
  }
  return text.length;
}

function endOfQuoted(text: string, from: number, quote: "'" | '"'): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && quote === '"') at++;
    else if (char === quote) {
      if (quote === '"' || text.charAt(at + 1) !== quote) return at;
      at++;
    }
  }
  return text.length;
}
