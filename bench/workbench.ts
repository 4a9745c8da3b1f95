import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "./child.ts";

const root = join(import.meta.dirname, "..");

/** What a package holds that `check` reads. */
const shipped = ["bin", "dist", "policies/compiled", "schemas", "package.json"];

/**
 * A temporary folder with a copy of the built package, so that a build meanwhile cannot disturb, and with a surrounding
 * of its own for the processes: no settings of Node, none of the user's caches.
 */
export class Workbench {
  readonly folder: string;
  /** The Node that the project installs, else the one that runs this. */
  readonly node: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "paddlock-bench-"));
    for (const each of shipped) {
      if (existsSync(join(root, each)))
        cpSync(join(root, each), join(this.folder, "package", each), { recursive: true });
    }
    mkdirSync(join(this.folder, "tmp"));
    const own = join(root, "node_modules", "node", "bin", "node");
    this.node = existsSync(own) ? own : process.execPath;
    // NODE_EXTRA_CA_CERTS above all is left out: reading it costs Node more than its own start.
    const { PATH = "", HOME = this.folder } = process.env;
    this.#env = { PATH, HOME, LANG: "C.UTF-8", TMPDIR: join(this.folder, "tmp") };
  }

  /** A path below the temporary folder. */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  command(file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Command {
    const [stdout, stderr] = [this.path("stdout"), this.path("stderr")];
    return { file, args, cwd, env: { ...this.#env, ...env }, stdout, stderr };
  }

  paddlock(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Command {
    return this.command(this.node, [this.path("package", "bin", "paddlock.cjs"), "check", ...args], cwd, env);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Is there a build to measure? */
export function isBuilt(): boolean {
  return existsSync(join(root, "dist", "cli.cjs"));
}
