import type { Region } from "./document.ts";
import { countBreaks, endsLine } from "./lines.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** Where a text that was cut out of a file, line by line, stands in it. */
export interface Cutting {
  /** 1-based line of the file on which the text begins. */
  readonly firstLine: number;
  /** How many units were cut off at the start of each line of the text, index 0 for its first. */
  readonly indents: readonly number[];
}

/** A file's text without its byte order mark, and the way from offsets in it to lines and columns. */
export class SourceText {
  readonly text: string;
  private readonly cutting: Cutting | undefined;
  private starts: Int32Array | undefined;

  constructor(text: string, cutting?: Cutting) {
    this.text = text;
    this.cutting = cutting;
  }

  /** The position of a UTF-16 offset. */
  position(offset: number): Position {
    this.starts ??= lineStarts(this.text);
    const starts = this.starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (starts[low] ?? 0) + 1;
    if (this.cutting === undefined) return { line: low + 1, column };
    return { line: low + this.cutting.firstLine, column: column + (this.cutting.indents[low] ?? 0) };
  }

  region(start: number, end: number): Region {
    const from = this.position(start);
    const to = this.position(end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}

/** Offsets of the first unit of every line. */
function lineStarts(text: string): Int32Array {
  const starts = new Int32Array(1 + countBreaks(text));
  let count = 1;
  for (let at = 0; at < text.length; at++) {
    if (endsLine(text, at)) starts[count++] = at + 1;
  }
  return starts;
}
