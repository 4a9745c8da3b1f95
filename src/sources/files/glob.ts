import { basename, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { formatOf, isWithin } from "../terms/paths.ts";
import { type Walked, walk } from "./walk.ts";

export interface GlobOptions {
  readonly cwd: string;
  readonly markdown: boolean;
  /** From where down ignore files count for a directory. */
  readonly boundaryOf: (directory: string) => string;
}

/** A glob as a shell has it, with `**` and with hidden files. */
export interface Glob {
  /** The absolute path of the directory that all it can mean lies in. */
  readonly directory: string;
  /** Its part behind that. */
  readonly pattern: string;
  /** @param file absolute */
  readonly isMatch: (file: string) => boolean;
}

export function readGlob(glob: string, cwd: string): Glob {
  const { base, glob: pattern } = picomatch.scan(sep === "\\" ? glob.replaceAll("\\", "/") : glob);
  const directory = resolve(cwd, base);
  const test = picomatch(pattern, { dot: true });
  const isMatch = (file: string): boolean =>
    isWithin(file, directory) && test(relative(directory, file).split(sep).join("/"));
  return { directory, pattern, isMatch };
}

/**
 * The files that a glob means, but for those that ignore files name. Of files that are no manifests by their name it
 * means only those whose extension it spells out: `*.yaml.tmpl`.
 */
export async function expandGlob(
  glob: string,
  { cwd, markdown, boundaryOf }: GlobOptions,
): Promise<Pick<Walked, "files" | "unreadable">> {
  const { directory, pattern, isMatch } = readGlob(glob, cwd);
  const extension = /\.[A-Za-z0-9]+$/.exec(basename(pattern))?.[0];
  const wanted = (name: string): boolean =>
    formatOf(name, markdown) !== undefined || (extension !== undefined && name.endsWith(extension));
  const { files, unreadable } = await walk(directory, { wanted, flat: true, boundary: boundaryOf(directory) });
  // A directory that is not there holds no match.
  return { files: files.filter(isMatch), unreadable: unreadable.filter(({ path }) => path !== directory) };
}
