import { spawnSync } from "node:child_process";
import { relative, sep } from "node:path";
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { Language } from "../../messages/language.ts";
import { systemReason } from "../../messages/system-reason.ts";
import { type SourceWords, sourceWords } from "../terms/words.ts";
import { GIT_TIME, MAX_TOOL_OUTPUT } from "../tools/limits.ts";

/** Git could not answer; the message is its own, or says why it was not asked. */
export class GitError extends Error {
  override name = "GitError";
  /** What git itself said; null where it said nothing. */
  readonly own: string | null;

  constructor(message: string, own: string | null = null) {
    super(message);
    this.own = own;
  }
}

/** Questions to git about one work tree. Nothing is written, not even git's own caches. */
export class Git {
  readonly root: string;
  readonly words: SourceWords;
  readonly #prefix: string;
  readonly #language: Language;

  /** @param root absolute path of the work tree */
  constructor(root: string, language: Language | undefined) {
    this.root = root;
    this.#prefix = root.endsWith(sep) ? root : root + sep;
    this.#language = language ?? "en";
    this.words = sourceWords[this.#language];
  }

  /**
   * Asks git, and takes exit statuses up to `most` for an answer.
   * @throws GitError
   */
  ask(args: readonly string[], input?: string, most = 0): { status: number; stdout: Buffer } {
    const env = {
      ...process.env,
      LC_ALL: "C",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_PAGER: "cat",
      GIT_LFS_SKIP_SMUDGE: "1",
    };
    // Not as a stream: each answer is waited for, and streams cost more than the question.
    const result = spawnSync("git", ["--no-pager", ...args], {
      cwd: this.root,
      env,
      input,
      timeout: GIT_TIME,
      maxBuffer: MAX_TOOL_OUTPUT,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    if (result.error !== undefined) throw new GitError(this.#failure(result.error));
    const { status, stdout } = result;
    const stderr = result.stderr.toString("utf8").trim();
    if (status === null || status > most) {
      const said = stderr.slice(0, 2_000).replace(/^(?:fatal|error): /, "");
      const own = said === "" ? this.words.status(status ?? -1) : this.words.quoted(said);
      throw new GitError(this.words.gitFailed(own), own);
    }
    return { status, stdout };
  }

  #failure(error: Error): string {
    const { gitMissing, gitFailed, slow, loud } = this.words;
    switch ("code" in error ? error.code : undefined) {
      case "ENOENT":
      case "EACCES":
        return gitMissing;
      case "ETIMEDOUT":
        return gitFailed(slow(GIT_TIME / 1000));
      case "ENOBUFS":
        return gitFailed(loud(MAX_TOOL_OUTPUT >> 20));
      default:
        return gitFailed(systemReason(error, this.#language));
    }
  }

  /** A path as git names it, made absolute. */
  absolute(path: string): string {
    return this.#prefix + (sep === "/" ? path : path.split("/").join(sep));
  }

  /** An absolute path as git names it. */
  below(path: string): string {
    return relative(this.root, path).split(sep).join("/");
  }

  /** The records of an answer to a question with `-z`. */
  list(args: readonly string[], input?: string): readonly string[] {
    return recordsOf(this.ask(args, input).stdout);
  }
}

/** What git prints with `-z`. Names are bytes to git; those that are no UTF-8 cannot be opened under another name. */
function recordsOf(output: Buffer): readonly string[] {
  const records = output.toString("utf8").split("\0");
  if (records.at(-1) === "") records.pop();
  return records;
}

/** The run asked for something of git that cannot be had: it ends before it starts. */
export function asConfigurationError(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  return ConfigurationError.of("git", error.message);
}
