import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ToolMissingError } from "../install.ts";

/**
 * A registry with the referrers API: the program of `main.go`, built once for each state of it and of the modules that
 * `go.mod` and `go.sum` pin, into the cache (`PADDLOCK_CACHE`, else `~/.cache/paddlock`).
 *
 * @throws ToolMissingError where it is not built yet and Go is missing, or the build fails
 */
export function referrersRegistry(): string {
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, "registry", pinnedState());
  const binary = join(folder, "registry");
  if (!existsSync(binary)) build(folder);
  return binary;
}

/** Debian's registry, which has no referrers API. @throws ToolMissingError where it is not in PATH */
export function dockerRegistry(): string {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const binary = join(folder, "docker-registry");
    if (folder !== "" && existsSync(binary)) return binary;
  }
  throw new ToolMissingError("docker-registry is needed: apt-get install docker-registry (Debian)");
}

function pinnedState(): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) {
    hash.update(readFileSync(join(import.meta.dirname, name))).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Built beside its place and moved there when it is whole: what is interrupted, or done twice at once, harms nobody. */
function build(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  process.stderr.write(`building a registry with the referrers API (once, into ${folder}) …\n`);
  try {
    const { error, status, stderr } = spawnSync("go", ["install", "-trimpath", "-ldflags", "-s -w", "."], {
      cwd: import.meta.dirname,
      env: { ...process.env, GOBIN: made, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (error !== undefined)
      throw new ToolMissingError("a registry to test against is built by Go: install Go 1.26 or newer first");
    if (status !== 0)
      throw new ToolMissingError(`building the registry failed:\n${stderr.trim().split("\n").slice(-5).join("\n")}`);
    try {
      renameSync(made, folder);
    } catch (failed) {
      if (!existsSync(folder)) throw failed;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
