import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolMissingError } from "../install.ts";

export interface ProcessOptions {
  /** What log files and errors call it; unique in its folder. */
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A child process whose output goes to files. */
export class ManagedProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #files: { readonly stdout: string; readonly stderr: string };
  /** Settles when it has ended, with its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(name: string, child: ChildProcess, files: { readonly stdout: string; readonly stderr: string }) {
    this.name = name;
    this.#child = child;
    this.#files = files;
    this.ended = new Promise((settle, fail) => {
      child.once("error", fail);
      child.once("exit", (status, signal) => settle(status ?? signal ?? -1));
    });
    // Whoever waits is told; nobody has to wait.
    this.ended.catch(() => {});
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get stdout(): string {
    return readFileSync(this.#files.stdout, "utf8");
  }

  get stderr(): string {
    return readFileSync(this.#files.stderr, "utf8");
  }

  /** Sends a signal without waiting for what it does. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Ends it and waits until it has ended; what does not end by SIGTERM within 30 s is killed. */
  async end(signal: "SIGTERM" | "SIGKILL" | "SIGINT" = "SIGTERM"): Promise<number | NodeJS.Signals> {
    this.signal(signal);
    const patience = setTimeout(() => this.signal("SIGKILL"), 30_000);
    return this.ended.finally(() => clearTimeout(patience));
  }

  /** Waits until a test of it holds. @throws Error with the end of its output where it ends before, or takes too long. */
  async until(test: () => boolean | Promise<boolean>, seconds: number = 60): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(25)) {
      if (await test()) return;
      if (!this.running) throw new Error(`${this.name} ended with ${await this.ended}:\n${this.lastWords()}`);
    }
    throw new Error(`${this.name} was not ready after ${seconds} s:\n${this.lastWords()}`);
  }

  /** The end of its output. */
  lastWords(): string {
    return `${this.stdout}${this.stderr}`.trimEnd().split("\n").slice(-10).join("\n");
  }
}

/** A folder that was to be removed at the end holds somebody's files. */
export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(`${folder} is not empty, and would be removed at the end`);
  }
}

/** Child processes, and a folder, that end with this process, however it ends. */
export class ProcessGroup {
  readonly folder: string;
  readonly #reaper: ChildProcess;
  readonly #started: ManagedProcess[] = [];

  /** @param folder is made if need be, and removed at the end: @throws FolderInUseError where there is anything in it */
  constructor(folder: string = mkdtempSync(join(tmpdir(), "paddlock-cluster-"))) {
    this.folder = resolve(folder);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (readdirSync(this.folder).length > 0) throw new FolderInUseError(this.folder);
    // Without the reaper, what is started would outlive a test that is killed.
    if (process.features.typescript === false || process.features.typescript === undefined) {
      throw new ToolMissingError(
        `a cluster needs Node 22.18 or newer, as npm scripts have it; this is ${process.version}`,
      );
    }
    // In a session of its own, so that what kills the group of the test leaves it alive to do its work.
    this.#reaper = spawn(process.execPath, [join(import.meta.dirname, "reaper.ts")], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#reaper.unref();
    this.#tell(`folder ${this.folder}`);
  }

  start({ name, command, words, env, cwd }: ProcessOptions): ManagedProcess {
    const base = join(this.folder, `${name}-${this.#started.length + 1}`);
    const files = { stdout: `${base}.out`, stderr: `${base}.err` };
    const [stdout, stderr] = [openSync(files.stdout, "w"), openSync(files.stderr, "w")];
    const child = spawn(command, words, { stdio: ["ignore", stdout, stderr], cwd: cwd ?? this.folder, env });
    closeSync(stdout);
    closeSync(stderr);
    if (child.pid !== undefined) {
      const { pid } = child;
      this.#tell(`run ${pid}`);
      child.once("exit", () => this.#tell(`ended ${pid}`));
    }
    const started = new ManagedProcess(name, child, files);
    this.#started.push(started);
    return started;
  }

  /** Kills all that runs, and removes the folder. */
  async end(): Promise<void> {
    // While it works it must keep this process awake, which otherwise ends here without a word.
    this.#reaper.ref();
    this.#reaper.stdin?.end();
    if (this.#reaper.exitCode === null) await once(this.#reaper, "exit");
    await Promise.allSettled(this.#started.map(({ ended }) => ended));
  }

  #tell(line: string): void {
    if (this.#reaper.stdin?.writable) this.#reaper.stdin.write(`${line}\n`);
  }
}
