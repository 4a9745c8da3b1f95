import { basename, join, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { formatOf } from "./paths.ts";
import { type Walked, walk } from "./walk.ts";

export interface GlobOptions {
  readonly cwd: string;
  readonly markdown: boolean;
  /** From where down ignore files count for a directory. */
  readonly boundaryOf: (directory: string) => string;
}

/**
 * The files that a glob means: what a shell would make of it (with `**`, and hidden files), but that ignore files hold.
 * Of files that are no manifests by their name it means only those whose extension it spells out: `*.yaml.tmpl`.
 */
export async function expandGlob(
  glob: string,
  { cwd, markdown, boundaryOf }: GlobOptions,
): Promise<Pick<Walked, "files" | "unreadable">> {
  const { base, glob: pattern } = picomatch.scan(sep === "\\" ? glob.replaceAll("\\", "/") : glob);
  const directory = resolve(cwd, base);
  const isMatch = picomatch(pattern, { dot: true });
  const extension = /\.[A-Za-z0-9]+$/.exec(basename(pattern))?.[0];
  const wanted = (name: string): boolean =>
    formatOf(name, markdown) !== undefined || (extension !== undefined && name.endsWith(extension));
  const { files, unreadable } = await walk(directory, { wanted, flat: true, boundary: boundaryOf(directory) });
  const matching = files.filter((file) => isMatch(relative(directory, file).split(sep).join("/")));
  const isMissing = (path: string): boolean => join(path) === directory;
  return { files: matching, unreadable: unreadable.filter(({ path }) => !isMissing(path)) };
}
