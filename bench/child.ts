import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** A command to measure. Its standard output goes into a file, as in a CI job. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: string;
  /** Where the command says what went wrong. */
  readonly stderr: string;
}

export interface Run {
  readonly milliseconds: number;
  /** The most memory the process ever held; null where the system does not tell. */
  readonly peakBytes: number | null;
}

/** A measured command did not do its work. */
export class ToolFailedError extends Error {
  override name = "ToolFailedError";
}

const sampleEvery = 5;
const timeout = 300_000;

/** Runs a short command to its end, and does nothing else meanwhile. */
export function runTimed(command: Command): Run {
  const [stdout, stderr] = [openSync(command.stdout, "w"), openSync(command.stderr, "w")];
  try {
    const { file, args, cwd, env } = command;
    const started = performance.now();
    const { status, signal, error } = spawnSync(file, args, { cwd, env, timeout, stdio: ["ignore", stdout, stderr] });
    const milliseconds = performance.now() - started;
    if (error !== undefined) throw new ToolFailedError(`${file}: ${error.message}`);
    expectEnd(command, status, signal);
    return { milliseconds, peakBytes: null };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

/**
 * Runs a longer command to its end and looks every few milliseconds how much memory it has held at most. The kernel
 * keeps that figure itself, so only what is taken in the very last moment can be missed.
 */
export async function runWatched(command: Command): Promise<Run> {
  const [stdout, stderr] = [openSync(command.stdout, "w"), openSync(command.stderr, "w")];
  try {
    const { file, args, cwd, env } = command;
    const started = performance.now();
    const child = spawn(file, args, { cwd, env, timeout, stdio: ["ignore", stdout, stderr] });
    const watch = watchMemory(child);
    const [status, signal] = await ended(child).finally(watch.stop);
    const milliseconds = performance.now() - started;
    expectEnd(command, status, signal);
    return { milliseconds, peakBytes: watch.peakBytes() };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new ToolFailedError(`${child.spawnfile}: ${error.message}`)));
    child.once("exit", (status, signal) => resolve([status, signal]));
  });
}

interface Watch {
  readonly stop: () => void;
  readonly peakBytes: () => number | null;
}

function watchMemory(child: ChildProcess): Watch {
  let peak: number | null = null;
  let descriptor: number | undefined;
  const page = Buffer.alloc(4096);
  try {
    descriptor = openSync(`/proc/${child.pid}/status`, "r");
  } catch {
    return { stop: () => {}, peakBytes: () => null };
  }
  const from = descriptor;
  const timer = setInterval(() => {
    try {
      const text = page.toString("latin1", 0, readSync(from, page, 0, page.length, 0));
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
      if (kilobytes !== undefined) peak = Number(kilobytes) * 1024;
    } catch {
      // It has just ended.
    }
  }, sampleEvery);
  const stop = (): void => {
    clearInterval(timer);
    closeSync(from);
  };
  return { stop, peakBytes: () => peak };
}

/** Every tool here ends with 0, or with 1 where it found something. */
function expectEnd({ file, args, stderr }: Command, status: number | null, signal: NodeJS.Signals | null): void {
  if (status === 0 || status === 1) return;
  const said = readFileSync(stderr, "utf8").trim().split("\n").slice(-3).join("\n");
  const shown = [file, ...args].join(" ").slice(0, 200);
  throw new ToolFailedError(`${shown}\nended with ${signal ?? status}: ${said}`);
}
