/*
 * What a terminal would act on rather than show, all of which a manifest may hold: control characters (escape sequences
 * begin with one), marks that reorder or hide text, separators of lines, half surrogate pairs. XML forbids most of them
 * too.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

const PLAIN = /^[\x20-\x7e]*$/;

/** Keeps the line breaks, for a remedy may hold a piece of YAML. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join("\n");
}

/** Text of a manifest as it can be shown on one line of a terminal: `\n`, `\x1b`, `\u202e` in place of what acts. */
export function printable(text: string): string {
  // Nearly all text; the larger pattern takes a while to compile.
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
