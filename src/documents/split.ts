import { isBlank, isBreak } from "./source-text.ts";

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
  let hasContent = isMarker(text, 0);
  for (let at = text.indexOf("\n---"); at !== -1; at = text.indexOf("\n---", at + 4)) {
    if (!isMarker(text, at + 1)) continue;
    // Directives belong to the marker that follows them.
    if (hasContent || !isPreamble(text.slice(start, at + 1))) {
      yield { start, end: at + 1 };
      start = at + 1;
    }
    hasContent = true;
  }
  yield { start, end: text.length };
}

function isMarker(text: string, at: number): boolean {
  if (!text.startsWith("---", at)) return false;
  const unit = text.charCodeAt(at + 3);
  return Number.isNaN(unit) || isBlank(unit) || isBreak(unit);
}

/** Nothing but directives, comments and blank lines, and at least one directive. */
function isPreamble(text: string): boolean {
  if (!text.includes("%")) return false;
  return text.split(/\r?\n/).every((line) => /^\s*(?:#.*)?$|^%/.test(line));
}
