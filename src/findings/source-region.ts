import type { Region } from "../documents/document.ts";

/**
 * Where a region of a rendered text stands in the file that it was rendered from (see `SourceFile.lines`). Where only
 * the line is known, the region is that line with `endColumn` equal to `column`: the whole of it. Where nothing is
 * known, the nearest known line above stands for it, else the first.
 */
export function sourceRegion(region: Region, lines: readonly number[] | undefined): Region {
  if (lines === undefined) return region;
  const start = lines[region.line] ?? 0;
  if (start > 0) {
    const end = lines[region.endLine] ?? 0;
    if (end === start + region.endLine - region.line) return { ...region, line: start, endLine: end };
    return wholeLine(start);
  }
  for (let line = region.line; line > 0; line--) {
    const known = Math.abs(lines[line] ?? 0);
    if (known > 0) return wholeLine(known);
  }
  return wholeLine(1);
}

function wholeLine(line: number): Region {
  return { line, column: 1, endLine: line, endColumn: 1 };
}
