import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import type { Report } from "../../src/findings/report.ts";
import type { Notification } from "../../src/messages/notification.ts";

/** The root of the project under test. */
export const root: string = join(import.meta.dirname, "../..");
/** The command as npm links it. */
export const command: string = join(root, "bin/paddlock.cjs");

/** What the built program did. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built program to its end, in an environment that says nothing of language, colours or width. */
export function paddlock(words: readonly string[], { cwd, input = "", env = {} }: RunOptions): Run {
  const done = spawnSync(process.execPath, [command, ...words], {
    cwd,
    input,
    env: { ...plainEnvironment(), ...env },
    encoding: "utf8",
    maxBuffer: 256 << 20,
    timeout: 60_000,
  });
  if (done.error !== undefined) throw done.error;
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** `paddlock check … --format json`, parsed. Fails where the program said anything but the report. */
export function report(words: readonly string[], options: RunOptions): JsonReport & { readonly status: number | null } {
  const { status, stdout, stderr } = paddlock(["check", ...words, "--format", "json"], options);
  if (stderr !== "") throw new Error(`standard error: ${stderr}`);
  const parsed: JsonReport = JSON.parse(stdout);
  return { ...parsed, status };
}

/** The JSON report: what `schemas/report.schema.json` describes, against which the tests hold it. */
export interface JsonReport extends Omit<Report, "findings"> {
  readonly findings: readonly Finding[];
  readonly notifications: readonly Notification[];
}

/** This process's environment without what changes the program's words, colours or paths. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const changes =
    /^(LANG|LANGUAGE|LC_.*|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|TERM|GITHUB_.*|GIT_.*|NODE_.*|PADDLOCK_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !changes.test(name)));
}

/** A folder outside of any git work tree with these files, removed after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-cli-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Copies fixtures into a folder, by their own names. */
export function copy(into: string, ...fixtures: readonly string[]): void {
  for (const fixture of fixtures) copyFileSync(join(root, "fixtures", fixture), join(into, basename(fixture)));
}

/** `rule level line` of each finding, which is what most tests ask about. */
export function brief(findings: Iterable<Finding>): string[] {
  return [...findings].map(({ rule, level, outcome, line }) =>
    [rule, outcome === "violation" ? level : outcome, line].join(" "),
  );
}
