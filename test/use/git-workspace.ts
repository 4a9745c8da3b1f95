import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a command did: its exit status, and what it wrote. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output, and then standard error. */
  readonly output: string;
}

/** A temporary git repository, as a user of ours has one. */
export class GitWorkspace {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-use-")));
  readonly #environment: NodeJS.ProcessEnv;

  /** `environment` is added to that of this process, without what git and npm set for the commands that they run. */
  constructor(environment: NodeJS.ProcessEnv = {}) {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(GIT_|npm_|PADDLOCK_|COLUMNS$|FORCE_COLOR$)/.test(name),
    );
    this.#environment = {
      ...Object.fromEntries(own),
      LC_ALL: "C.UTF-8",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A user",
      GIT_AUTHOR_EMAIL: "user@example.com",
      GIT_COMMITTER_NAME: "A user",
      GIT_COMMITTER_EMAIL: "user@example.com",
      // What npm has in its cache need not be asked for again: the lockfile says what it must be.
      npm_config_prefer_offline: "true",
      ...environment,
    };
    this.git("init", "--quiet", "--initial-branch=main", ".");
  }

  write(file: string, content: string, mode = 0o644): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
  }

  run(command: string, ...words: readonly string[]): Outcome {
    return this.runIn(".", command, ...words);
  }

  runIn(folder: string, command: string, ...words: readonly string[]): Outcome {
    const done: SpawnSyncReturns<string> = spawnSync(command, words, {
      cwd: join(this.root, folder),
      env: this.#environment,
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
    if (done.error !== undefined) throw done.error;
    return { status: done.status, stdout: done.stdout, output: done.stdout + done.stderr };
  }

  /** Runs git, which must succeed. */
  git(...words: readonly string[]): string {
    const { status, output } = this.run("git", ...words);
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${output}`);
    return output;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
