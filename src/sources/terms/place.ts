import { findGitRoot } from "../../config/find.ts";
import { pathShower } from "./paths.ts";

/** Where a run is at home. All paths are absolute. */
export interface RunHome {
  readonly cwd: string;
  /** The work tree that the working directory is in, or null. */
  readonly gitRoot: string | null;
  /** Reported paths are relative to this: the git root, else the working directory. */
  readonly root: string;
  /** An absolute path as people see it. */
  readonly show: (file: string) => string;
}

export function placeOf(cwd: string): RunHome {
  return placeIn(cwd, findGitRoot(cwd));
}

export function placeIn(cwd: string, gitRoot: string | null): RunHome {
  const root = gitRoot ?? cwd;
  return { cwd, gitRoot, root, show: pathShower(root) };
}
