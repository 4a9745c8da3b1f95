import { basename, join } from "node:path";
import { ConfigurationError } from "../../config/configuration-error.ts";
import { chartName, kustomizationNames } from "../terms/paths.ts";
import type { SourceRequest } from "../terms/request.ts";
import { Git, GitError } from "./git.ts";

/** A file that git names as changed. */
export interface GitChange {
  /** Absolute. */
  readonly file: string;
  /** The object that the index has for it. */
  readonly id: string;
  readonly deleted: boolean;
  /** Not merged yet. */
  readonly conflict: boolean;
}

// Nothing that a user's settings could bring in: no colours, no programs, no paths relative to a folder.
const rawDiff = [
  "diff",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-renames",
  "--no-relative",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=all",
] as const;

const submodule = "160000";
const link = "120000";

/**
 * What is in the index and not in the last commit. A renamed file is there under its new name; links and submodules are
 * left out.
 * @throws GitError
 */
export function stagedChanges(git: Git): readonly GitChange[] {
  return changesIn(git, git.list([...rawDiff, "--cached", "--diff-filter=ACMTUD"]));
}

/**
 * What differs, in the work tree, from where the branch left a revision; files that git does not know yet are new.
 * Where the histories have nothing in common (a shallow clone), what differs from the revision itself.
 * @throws GitError
 */
export function changesSince(git: Git, revision: string): readonly GitChange[] {
  const base = baseOf(git, revision);
  const tracked = changesIn(git, git.list([...rawDiff, "--diff-filter=ACMTD", base, "--"]));
  const untracked = git.list(["ls-files", "-z", "--others", "--exclude-standard"]);
  return [
    ...tracked,
    ...untracked.map((path) => ({ file: git.absolute(path), id: "", deleted: false, conflict: false })),
  ];
}

/** The charts and kustomizations of the index: the absolute paths of the files that make them, with their objects. */
export function landmarksOf(git: Git): ReadonlyMap<string, string> {
  const names = [chartName, ...kustomizationNames];
  const records = git.list(["ls-files", "-s", "-z", "--", ...names.map((name) => `*${name}`)]);
  const landmarks = new Map<string, string>();
  for (const record of records) {
    const tab = record.indexOf("\t");
    const path = record.slice(tab + 1);
    const [, id = "", stage] = record.slice(0, tab).split(" ");
    if (stage === "0" && names.includes(basename(path))) landmarks.set(git.absolute(path), id);
  }
  return landmarks;
}

/**
 * The root of the work tree that git finds where no `.git` is in sight: environment variables may name it.
 * @throws ConfigurationError where there is none, GitError where git refuses.
 */
export function topLevel({ language, staged }: SourceRequest, cwd: string): string {
  const git = new Git(cwd, language);
  try {
    const { stdout } = git.ask(["rev-parse", "--show-toplevel"]);
    return join(stdout.toString("utf8").replace(/\r?\n$/, ""));
  } catch (error) {
    if (!(error instanceof GitError) || !/not a git repository|must be run in a work tree/.test(error.message))
      throw error;
    const message = git.words.notWorkTree(staged ? "--staged" : "--changed-since");
    throw ConfigurationError.of("git", message);
  }
}

function baseOf(git: Git, revision: string): string {
  try {
    const { status, stdout } = git.ask(["merge-base", "--end-of-options", revision, "HEAD"], undefined, 1);
    if (status === 0) return stdout.toString("latin1").trim();
    const own = git.ask(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`]);
    return own.stdout.toString("latin1").trim();
  } catch (error) {
    if (error instanceof GitError && error.own !== null) throw new GitError(git.words.badRevision(revision, error.own));
    throw error;
  }
}

/** `:100644 100644 <id> <id> M`, then the path. https://git-scm.com/docs/diff-format#_raw_output_format */
function changesIn(git: Git, records: readonly string[]): readonly GitChange[] {
  const changes: GitChange[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [, mode = "", , id = "", status = ""] = (records[at] ?? "").split(" ");
    if (mode === submodule || mode === link) continue;
    const file = git.absolute(records[at + 1] ?? "");
    changes.push({ file, id, deleted: status.startsWith("D"), conflict: status.startsWith("U") });
  }
  return changes;
}
