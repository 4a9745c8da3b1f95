import type { Language } from "../../messages/language.ts";
import type { Notification } from "../../messages/notification.ts";
import type { SourceFile } from "./source-file.ts";

/** What a run is asked to judge. */
export interface SourceRequest {
  readonly cwd: string;
  /** Files, directories, globs, `-`; empty: the working directory. */
  readonly paths: readonly string[];
  /** What git is about to commit, from the index. */
  readonly staged: boolean;
  /** Only files that changed since the branch left this revision: committed, in the work tree, or new to git. */
  readonly changedSince: string | null;
  /** Also manifests in Markdown code fences. */
  readonly markdown: boolean;
  /** Of `--with`: take part in relations without being judged. */
  readonly beside: readonly string[];
  /** Nothing but what is given. */
  readonly alone: boolean;
  /** Values files and `key=value` settings for charts. */
  readonly helm: { readonly values: readonly string[]; readonly set: readonly string[] };
  /** The namespace that charts are rendered for. */
  readonly namespace: string;
  /** `1.34`: what charts are told of the cluster's version; without it helm's own default. */
  readonly kubernetesVersion?: string;
  /** Of the notifications; English without it. */
  readonly language?: Language;
}

export interface Sources {
  readonly files: readonly SourceFile[];
  /**
   * Paths that are not there, tools that are missing, charts that cannot be rendered. Grows while `beside` is at work:
   * to be read after it.
   */
  readonly notifications: readonly Notification[];
  /** The files that take part in relations only; looks for them when it is called. */
  readonly beside: () => Promise<readonly SourceFile[]>;
}
