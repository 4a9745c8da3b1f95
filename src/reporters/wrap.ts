import { characterWidth, textWidth } from "./width.ts";

/** Punctuation that must not begin a line, and that must not end one (GB/T 15834). */
const CLOSING = "。，、；：？！）》〉」』】〕”’…—·%)]},.;:!?";
const OPENING = "（《〈「『【〔“‘([{";

/**
 * Breaks text into lines of at most `width` cells: at spaces, and between Chinese characters. A word that is longer than
 * a line (an image, a path) stays whole, so that it can be copied, and so does an indented line, which is YAML. Line
 * breaks of the text are kept.
 * @param hang cells that are taken on the first line
 */
export function wrap(text: string, width: number, hang = 0): string[] {
  return text
    .trimEnd()
    .split("\n")
    .flatMap((line, index) => wrapLine(line, Math.max(width, 8), index === 0 ? hang : 0));
}

function wrapLine(line: string, width: number, hang: number): string[] {
  if (line === "" || line.startsWith(" ")) return [line.trimEnd()];
  const lines: string[] = [];
  let current = "";
  let taken = hang;
  let empty = true;
  for (const { text, space } of pieces(line.trimEnd())) {
    const cells = textWidth(text);
    const gap = space && !empty ? 1 : 0;
    if (!empty && taken + gap + cells > width) {
      lines.push(current);
      current = text;
      taken = cells;
    } else {
      current += (gap === 1 ? " " : "") + text;
      taken += gap + cells;
    }
    empty = false;
  }
  lines.push(current);
  return lines;
}

interface Piece {
  readonly text: string;
  /** Whether a space stood before it. */
  readonly space: boolean;
}

/** What must stay together: words, and single wide characters with the punctuation that clings to them. */
function* pieces(line: string): Iterable<Piece> {
  for (const [index, word] of line.split(/ +/).entries()) {
    let text = "";
    let space = index > 0;
    let before = "";
    for (const character of word) {
      if (before !== "" && breakable(before, character)) {
        yield { text, space };
        text = "";
        space = false;
      }
      text += character;
      if (characterWidth(character) > 0) before = character;
    }
    yield { text, space };
  }
}

function breakable(before: string, after: string): boolean {
  if (characterWidth(after) === 0 || OPENING.includes(before) || CLOSING.includes(after)) return false;
  return characterWidth(before) === 2 || characterWidth(after) === 2;
}
