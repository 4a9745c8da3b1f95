import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ToolMissingError } from "./install.ts";

/** A go.mod and a go.sum in a folder, and what they build. */
export interface Pin {
  readonly folder: string;
  readonly programs: readonly string[];
  /** What is built, in words. */
  readonly what: string;
  /** About how long that takes on two cores. */
  readonly minutes: number;
  /** How else the programs can be had, if at all. */
  readonly otherwise: string;
  /** For the linker: a variable of the program with its value. */
  readonly stamp?: string;
  /** Go names a program by its module's last folder: where it is to be called otherwise, by which name it comes. */
  readonly comesAs?: { readonly [program: string]: string };
}

/**
 * The folder with the programs, which are built once for each state of the go.mod and the go.sum, into a part of the cache
 * (`PADDLOCK_CACHE`, else `~/.cache/paddlock`). Says on standard error what it builds and how long that took.
 * @throws ToolMissingError where they are not built yet and Go is missing, or the build fails
 */
export function built(pin: Pin, part: string): string {
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, part, pinnedState(pin));
  if (!existsSync(folder)) build(pin, folder);
  return complete(folder, pin.programs, `${folder} is broken, remove it`);
}

/** The version of a module that a go.mod requires, such as `1.36.3`. */
export function requiredVersion(folder: string, module: string): string {
  const text = readFileSync(join(folder, "go.mod"), "utf8");
  const line = text.split("\n").find((each) => each.replace("require ", "").trim().startsWith(`${module} v`));
  const version = line === undefined ? undefined : / v(\S+)/.exec(line)?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}`);
  return version;
}

/** A folder in which all these programs are. @throws ToolMissingError */
export function complete(folder: string, programs: readonly string[], otherwise: string): string {
  const missing = programs.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new ToolMissingError(`${otherwise}: there is no ${missing.join(", no ")} in it`);
  return folder;
}

function pinnedState({ folder }: Pin): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(readFileSync(join(folder, name), "utf8")).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Built beside its place and moved there when it is whole: what is interrupted, or done twice at once, harms nobody. */
function build(pin: Pin, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  process.stderr.write(`building ${pin.what} (once, into ${folder}; about ${pin.minutes} minutes on two cores) …\n`);
  const started = Date.now();
  try {
    install(pin, made);
    for (const [name, comesAs] of Object.entries(pin.comesAs ?? {})) renameSync(join(made, comesAs), join(made, name));
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  process.stderr.write(`built ${pin.programs.join(", ")} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function install(pin: Pin, into: string): void {
  const flags = `-s -w${pin.stamp === undefined ? "" : ` -X ${pin.stamp}`}`;
  const { error, status, stderr } = spawnSync("go", ["install", "-trimpath", "-ldflags", flags, "tool"], {
    cwd: pin.folder,
    env: { ...process.env, GOBIN: into, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    throw new ToolMissingError(`${pin.what} is built from Go modules: install Go 1.26 or newer first${pin.otherwise}`);
  }
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new ToolMissingError(
      `building ${pin.programs.join(", ")} failed:\n${stderr.trim().split("\n").slice(-5).join("\n")}`,
    );
  }
}
