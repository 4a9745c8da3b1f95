import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin } from "../terms/paths.ts";
import type { RunHome } from "../terms/place.ts";

/** The files that operands select among those that git names. */
export interface Selection {
  readonly selects: (file: string) => boolean;
  /** Was this very file named? */
  readonly names: (file: string) => boolean;
  /** Operands, with their absolute paths, that name nothing on disk; git may know them. */
  readonly absent: readonly { readonly operand: string; readonly path: string; readonly glob: boolean }[];
}

/** Without operands everything is selected, wherever in the work tree the run starts. */
export async function selectionOf(paths: readonly string[], { cwd }: RunHome): Promise<Selection> {
  const absent: { operand: string; path: string; glob: boolean }[] = [];
  const places: string[] = [];
  const globs: ((file: string) => boolean)[] = [];
  for (const operand of paths) {
    const path = resolve(cwd, operand);
    const there = operand !== "" && existsSync(path);
    const glob = !there && /[*?[{(]/.test(operand);
    if (!there) absent.push({ operand, path, glob });
    if (!glob) places.push(path);
    else globs.push((await import("../files/glob.ts")).readGlob(operand, cwd).isMatch);
  }
  const named = new Set(places);
  return {
    selects: (file) =>
      paths.length === 0 || places.some((place) => isWithin(file, place)) || globs.some((isMatch) => isMatch(file)),
    names: (file) => named.has(file),
    absent,
  };
}
