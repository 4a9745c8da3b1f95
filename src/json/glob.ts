/** Whether a text fits a pattern in which `*` stands for any characters. Linear in the pattern's pieces. */
export function fitsGlob(text: string, pattern: string): boolean {
  if (!pattern.includes("*")) return text === pattern;
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
