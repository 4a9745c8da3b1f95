import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** The root of this project. */
export const project: string = join(import.meta.dirname, "../..");

/** Copies this project as git holds it, or is about to: without what happens to be installed and built here. */
export function copyProject(target: string): void {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    encoding: "utf8",
  });
  for (const file of new Set(files.split("\0"))) {
    // Deleted, but not yet from the index.
    if (file === "" || !existsSync(join(project, file))) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(project, file), join(target, file), { verbatimSymlinks: true });
  }
}
