import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileText } from "../documents/file-text.ts";
import { fieldsOf } from "../json/fields.ts";
import type { GlobBase } from "./configuration.ts";

/** File names that hold a configuration, in a folder at most one of them. */
export const configurationFileNames: readonly string[] = [".paddlock.yaml", ".paddlock.yml"];

/** The nearest folder upwards that is a git work tree's root, or null. */
export function findGitRoot(cwd: string): string | null {
  for (const folder of upwards(cwd)) if (existsSync(join(folder, ".git"))) return folder;
  return null;
}

/**
 * The configuration files of the nearest folder upwards that has any, up to the git root, or to the file system's root
 * where there is none. More than one is for the caller to refuse.
 */
export function findConfigurationFiles(cwd: string): readonly string[] {
  for (const folder of upwards(cwd)) {
    const found = configurationFileNames.map((name) => join(folder, name)).filter((file) => existsSync(file));
    const manifest = join(folder, "package.json");
    if (hasPaddlockKey(manifest)) found.push(manifest);
    if (found.length > 0) return found;
    if (existsSync(join(folder, ".git"))) return [];
  }
  return [];
}

/** A path as reports show it: relative to the root, with `/`; outside it absolute. */
export function shownPath(file: string, root: string): string {
  const path = relative(root, file);
  const inside = path !== ".." && !path.startsWith(`..${sep}`);
  return (inside ? path : file).replaceAll(sep, "/");
}

/** How reported paths, relative to `root`, become relative to the configuration's folder. */
export function globBaseOf(directory: string, root: string): GlobBase {
  const path = shownPath(directory, root);
  if (path === "") return { strip: "", prepend: "" };
  if (!path.startsWith("/")) return { strip: `${path}/`, prepend: "" };
  const below = shownPath(root, directory);
  return { strip: `${path}/`, prepend: below.startsWith("/") ? "" : `${below}/` };
}

function* upwards(folder: string): Generator<string> {
  for (let current = folder; ; current = dirname(current)) {
    yield current;
    if (dirname(current) === current) return;
  }
}

/** A package.json that is no JSON is somebody else's to report, unless it seems to hold the key. */
function hasPaddlockKey(file: string): boolean {
  const text = fileText(file) ?? "";
  if (!/"paddlock"\s*:/.test(text)) return false;
  try {
    return Object.hasOwn(fieldsOf(JSON.parse(text.replace(/^\uFEFF/, ""))), "paddlock");
  } catch {
    return /"paddlock"\s*:\s*\{/.test(text);
  }
}
