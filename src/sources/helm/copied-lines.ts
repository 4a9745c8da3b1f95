/**
 * Where the documents of a text stand that is taken as it is, without a change: a CRD, a template without an expression.
 * @returns tells of a document where its lines stand, as `SourceFile.lines` has it, but from index 0 on; null for one that
 *   is not there
 */
export function copiedLines(text: string): (document: string) => number[] | null {
  const starts = new Map<string, number>();
  const lines = text.split("\n");
  const add = (from: number, to: number): void => {
    const first = lines.findIndex((line, at) => at >= from && line.trim() !== "");
    const document = lines.slice(from, to).join("\n").trim();
    if (document !== "" && !starts.has(document)) starts.set(document, first);
  };
  let start = 0;
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith("---")) continue;
    add(start, at);
    start = at + 1;
  }
  add(start, lines.length);
  // The files of `crds` are printed whole.
  add(0, lines.length);
  return (document) => {
    const first = starts.get(document.trim());
    if (first === undefined) return null;
    return document
      .trim()
      .split("\n")
      .map((_, at) => first + at + 1);
  };
}
