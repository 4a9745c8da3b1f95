/*
 * Cells that text takes in a terminal. string-width knows more (emoji built of several characters), but loading it
 * takes as long as a whole check of a file, so this is a table of its own; a test holds the two together.
 */

/** Code points of East Asian width W or F: first and last of each block. Source: UAX #11. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3040, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x18e00, 0x191d2],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d356],
  [0x1d360, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];
const REGIONAL_INDICATORS: readonly [number, number] = [0x1f1e6, 0x1f1ff];

const NARROW_ONLY = /^[\x20-\x7e]*$/;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Whether a character takes two cells. */
export function isWide(codePoint: number): boolean {
  if (codePoint < 0x1100) return false;
  for (const [first, last] of WIDE) {
    if (codePoint < first) break;
    if (codePoint <= last) return true;
  }
  if (codePoint >= REGIONAL_INDICATORS[0] && codePoint <= REGIONAL_INDICATORS[1]) return false;
  return codePoint >= 0x231a && codePoint < 0x20000 && EMOJI.test(String.fromCodePoint(codePoint));
}

/** Dashes, quotes, dots, arrows: one cell each. */
function isPunctuation(codePoint: number): boolean {
  return (codePoint >= 0x2010 && codePoint <= 0x2027) || (codePoint >= 0x2190 && codePoint <= 0x21ff);
}

/** Ideographs and their punctuation, so that Chinese does without the properties of Unicode, which take time to compile. */
function isPlainChinese(codePoint: number): boolean {
  return (
    (codePoint >= 0x3400 && codePoint <= 0x9fff) ||
    (codePoint >= 0x3000 && codePoint <= 0x3029) ||
    (codePoint >= 0xff01 && codePoint <= 0xff60)
  );
}

/** Cells of one character: 0 for marks that stand on the one before, 2 for wide ones. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300 || isPunctuation(codePoint)) return 1;
  if (isPlainChinese(codePoint)) return 2;
  if (NO_WIDTH.test(character)) return 0;
  return isWide(codePoint) ? 2 : 1;
}

/** Cells of a printable text of one line. */
export function textWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Fills up with spaces to a width. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Cuts what does not fit, and says so with `…`. */
export function fitTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let taken = 1;
  for (const character of text) {
    taken += characterWidth(character);
    if (taken > width) break;
    kept += character;
  }
  return `${kept}…`;
}
