import { isBlank, isBreak } from "./lines.ts";

/** A stretch of a text: UTF-16 offsets, the end exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text before each line that begins with the marker `---`. No scalar can hold such a line: at the first column
 * it ends a document wherever it stands (YAML 1.2, section 9.1.4).
 */
export function* splitDocuments(text: string): Generator<Piece> {
  let start = 0;
  for (let at = text.indexOf("\n---"); at !== -1; at = text.indexOf("\n---", at + 4)) {
    if (!isMarker(text, at + 1)) continue;
    const end = preambleStart(text, start, at + 1);
    if (end > start) yield { start, end };
    start = end;
  }
  yield { start, end: text.length };
}

function isMarker(text: string, at: number): boolean {
  if (!text.startsWith("---", at)) return false;
  const unit = text.charCodeAt(at + 3);
  return Number.isNaN(unit) || isBlank(unit) || isBreak(unit);
}

/**
 * Where the directives of a marker begin, at the start of the text or behind `...`, with comments and blank lines
 * between them; the marker itself when it has none.
 */
function preambleStart(text: string, from: number, marker: number): number {
  let hasDirective = false;
  let line = marker;
  while (line > from) {
    const before = line < 2 ? 0 : text.lastIndexOf("\n", line - 2) + 1;
    const content = text.slice(before, line).trimEnd();
    if (content === "...") break;
    if (content.startsWith("%")) hasDirective = true;
    else if (!/^\s*(?:#|$)/.test(content)) return marker;
    line = before;
  }
  return hasDirective ? line : marker;
}
