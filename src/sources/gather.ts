import { dirname } from "node:path";
import { findGitRoot } from "../config/find.ts";
import type { Collected } from "./files/collected.ts";
import { rendered, sourcesOf } from "./finish.ts";
import { Operands } from "./operands.ts";
import { placeOf, type RunHome } from "./terms/place.ts";
import type { SourceRequest, Sources } from "./terms/request.ts";

export type { SourceRequest, Sources } from "./terms/request.ts";

/**
 * Finds what a run is to judge. Reads what has no name on disk (standard input, the git index, renderings) and leaves
 * the rest to whoever judges it; runs `git`, `helm` and `kustomize` only where something is asked of them.
 * What is not there or cannot be rendered is a notification.
 * @throws ConfigurationError for `--staged` and `--changed-since` without a git work tree or an unknown revision.
 */
export async function gatherSources(request: SourceRequest): Promise<Sources> {
  const place = placeOf(request.cwd);
  if (request.staged || request.changedSince !== null) {
    const { gatherFromGit } = await import("./git-sources.ts");
    return gatherFromGit(request, place);
  }
  const operands = new Operands(request, place, true);
  for (const path of request.paths.length === 0 ? ["."] : request.paths) await operands.add(path);
  const { collected } = operands;
  const { files, unjudged, covered } = await rendered(collected, request, place);
  const workTrees = operands.hasDirectories ? [] : workTreesOf(collected, place);
  return sourcesOf({ request, place, files, unjudged, covered, workTrees, notifications: collected.notifications });
}

/** The git work trees in which single files lie. */
function workTreesOf(collected: Collected, place: RunHome): readonly string[] {
  const directories = new Set([...collected.files.keys(), ...collected.charts.keys()].map(dirname));
  for (const file of collected.kustomizations) directories.add(dirname(file));
  const roots = new Set<string>();
  for (const directory of directories) {
    const root = directory === place.cwd ? place.gitRoot : findGitRoot(directory);
    if (root !== null) roots.add(root);
  }
  return [...roots];
}
