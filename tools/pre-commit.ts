import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ToolMissingError } from "./install.ts";

const pinned = "pre-commit==4.7.0";

/**
 * The path of the `pre-commit` command, installed from PyPI on first use into a virtual environment of its own in the
 * cache (`PADDLOCK_CACHE`, else `~/.cache/paddlock`), keyed by its version. Says on standard error what it installs.
 * @throws ToolMissingError where Python 3 is missing or the package cannot be had.
 */
export function installedPreCommit(): string {
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, "tools", pinned.replace("==", "-"));
  const command = join(folder, "bin", "pre-commit");
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return command;
  process.stderr.write(`installing ${pinned} from PyPI (once, into ${folder}) …\n`);
  // What an interrupted installation left behind.
  rmSync(folder, { recursive: true, force: true });
  run("python3", ["-m", "venv", folder]);
  run(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", pinned]);
  writeFileSync(complete, `${pinned}\n`);
  return command;
}

function run(command: string, words: readonly string[]): void {
  try {
    execFileSync(command, words, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new ToolMissingError(`${pinned} needs ${command}: install Python 3.10 or newer first`);
    }
    const detail = error instanceof Error && "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : "";
    throw new ToolMissingError(`installing ${pinned} failed: ${command} ${words.join(" ")}: ${detail}`);
  }
}

if (import.meta.main) {
  try {
    process.stdout.write(`${installedPreCommit()}\n`);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
