import { join, relative, sep } from "node:path";
import { ConfigurationError } from "../config/configuration-error.ts";
import type { Language } from "../rules/metadata.ts";
import { GIT_TIME, MAX_TOOL_OUTPUT } from "./limits.ts";
import { runTool, type ToolFailure, type ToolResult } from "./run-tool.ts";
import { type SourceWords, sourceWords } from "./words.ts";

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

  /** @param root absolute path of the work tree */
  constructor(root: string, language: Language | undefined) {
    this.root = root;
    this.words = sourceWords(language);
  }

  /**
   * Asks git, and takes exit statuses up to `most` for an answer.
   * @throws GitError
   */
  async ask(args: readonly string[], input?: string, most = 0): Promise<{ status: number; stdout: Buffer }> {
    const env = {
      ...process.env,
      LC_ALL: "C",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_PAGER: "cat",
      GIT_LFS_SKIP_SMUDGE: "1",
    };
    const options = { cwd: this.root, env, timeout: GIT_TIME, ...(input === undefined ? {} : { input }) };
    let result: ToolResult;
    try {
      result = await runTool("git", ["--no-pager", ...args], options);
    } catch (error) {
      throw new GitError(error instanceof Error ? error.message : String(error));
    }
    if (result.outcome !== "exit") throw new GitError(this.#failure(result));
    const { status, stdout, stderr } = result;
    if (status < 0 || status > most) {
      const own = stderr.replace(/^(?:fatal|error): /, "") || `status ${status}`;
      throw new GitError(this.words.gitFailed(own), own);
    }
    return { status, stdout };
  }

  #failure({ outcome }: ToolFailure): string {
    if (outcome === "missing") return this.words.gitMissing;
    const { slow, loud, gitFailed } = this.words;
    return gitFailed(outcome === "slow" ? slow(GIT_TIME / 1000) : loud(MAX_TOOL_OUTPUT >> 20));
  }

  /** A path as git names it, made absolute. */
  absolute(path: string): string {
    return join(this.root, path);
  }

  /** An absolute path as git names it. */
  below(path: string): string {
    return relative(this.root, path).split(sep).join("/");
  }

  /** The records of an answer to a question with `-z`. */
  async list(args: readonly string[], input?: string): Promise<readonly string[]> {
    return recordsOf((await this.ask(args, input)).stdout);
  }
}

/** What git prints with `-z`. Names are bytes to git; those that are no UTF-8 cannot be opened under another name. */
export function recordsOf(output: Buffer): readonly string[] {
  const records = output.toString("utf8").split("\0");
  if (records.at(-1) === "") records.pop();
  return records;
}

/** The run asked for something of git that cannot be had: it ends before it starts. */
export function asConfigurationError(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  return new ConfigurationError([{ level: "error", code: "git", message: error.message }]);
}
