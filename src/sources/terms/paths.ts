import { sep } from "node:path";
import { configurationFileNames, shownPath } from "../../config/find.ts";
import type { SourceFormat } from "../../documents/source-format.ts";

/** File names that make a directory a kustomization, in kustomize's own order. */
export const kustomizationNames: readonly string[] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** File name that makes a directory a chart. */
export const chartName = "Chart.yaml";

/** Directories that hold nothing of the user's own. */
export const neverWalked: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** How a file is read that was found by walking; undefined: not at all. */
export function formatOf(name: string, markdown: boolean): SourceFormat | undefined {
  // Paddlock's own configuration is no manifest.
  if (configurationFileNames.some((own) => name === own || name.endsWith(`/${own}`))) return undefined;
  const dot = name.lastIndexOf(".");
  switch (dot < 0 ? "" : name.slice(dot)) {
    case ".yaml":
    case ".yml":
      return "yaml";
    case ".json":
      return "json";
    case ".md":
    case ".markdown":
      return markdown ? "markdown" : undefined;
    default:
      return undefined;
  }
}

/** How a file is read that was given by its name: as YAML, whatever it is called, unless its extension says better. */
export function namedFormatOf(name: string): SourceFormat {
  return formatOf(name, true) ?? "yaml";
}

/** Absolute paths as reports show them. The plain case is quick: a run may have a hundred thousand. */
export function pathShower(root: string): (file: string) => string {
  const prefix = root.endsWith(sep) ? root : root + sep;
  if (sep !== "/") return (file) => shownPath(file, root);
  return (file) => (file.startsWith(prefix) ? file.slice(prefix.length) : shownPath(file, root));
}

/** Is the path the directory itself or below it? Both absolute and normal. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}
