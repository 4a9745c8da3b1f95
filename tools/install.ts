import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

/** A tool that cannot be had on this machine; the message says what to do. */
export class ToolMissingError extends Error {
  override name = "ToolMissingError";
}

/**
 * The path of a tool that `tools/versions` pins, built from its Go module on first use into a cache keyed by module and
 * version (`PADDLOCK_CACHE`, else `~/.cache/paddlock`). Says on standard error what it builds.
 * @throws ToolMissingError where it is not built yet and Go is missing, or the build fails.
 */
export function installedTool(name: string): string {
  const module = pinnedModule(name);
  const folder = cacheFolder(module);
  const binary = join(folder, programOf(module));
  if (existsSync(binary)) return binary;
  process.stderr.write(`building ${module} (once, into ${folder}) …\n`);
  const started = Date.now();
  try {
    execFileSync("go", ["install", "-trimpath", module], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
      cwd: join(import.meta.dirname),
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new ToolMissingError(`${name} is needed and is built from ${module}: install Go 1.26 or newer first`);
    }
    const detail = error instanceof Error && "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : "";
    throw new ToolMissingError(`building ${module} failed: ${detail}`);
  }
  if (!existsSync(binary)) throw new ToolMissingError(`${module} was built but there is no ${binary}`);
  process.stderr.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  return binary;
}

/** The path of a tool at its pinned version if it was built before, else null. */
export function builtTool(name: string): string | null {
  const module = pinnedModule(name);
  const binary = join(cacheFolder(module), programOf(module));
  return existsSync(binary) ? binary : null;
}

/** The version of a tool that `tools/versions` pins, without the `v`. */
export function pinnedVersion(name: string): string {
  return pinnedModule(name).replace(/^.*@v/, "");
}

function cacheFolder(module: string): string {
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  return join(cache, "tools", createHash("sha256").update(module).digest("hex").slice(0, 16));
}

/** What Go calls the program of a package: `kustomize` for `…/kustomize/v5@v5.8.1`, for it leaves a version suffix out. */
function programOf(module: string): string {
  return basename(module.replace(/@.*$/, "").replace(/\/v\d+$/, ""));
}

function pinnedModule(name: string): string {
  const lines = readFileSync(join(import.meta.dirname, "versions"), "utf8").split("\n");
  const line = lines.find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new ToolMissingError(`tools/versions does not name ${name}`);
  return line.slice(name.length + 1).trim();
}

if (import.meta.main) {
  try {
    for (const name of process.argv.slice(2)) process.stdout.write(`${installedTool(name)}\n`);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
