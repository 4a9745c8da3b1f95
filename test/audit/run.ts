import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { plainEnvironment, type Run, root } from "../cli/run.ts";

const cli = pathToFileURL(join(root, "src/cli.ts")).href;
const start = `const { main } = await import(${JSON.stringify(cli)}); await main(process.argv.slice(1));`;

export interface Started {
  readonly child: ChildProcess;
  /** What was written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Run>;
}

/** Starts the program as its sources are. A fake cluster lives in this process, so this must not wait for it. */
export function startPaddlock(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Started {
  return started(process.execPath, ["--input-type=module", "-e", start, "--", ...words], cwd, env);
}

/** Starts any program, and gathers what it says. */
export function started(
  file: string,
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(file, words, { cwd, env: { ...plainEnvironment(), HOME: cwd, ...env }, stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end();
  const ended = once(child, "close").then(([status]): Run => ({ status: Number(status), stdout, stderr }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs the program as its sources are, to its end. */
export function paddlock(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return startPaddlock(words, cwd, env).ended;
}
