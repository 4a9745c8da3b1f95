import { readdirSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { findGitRoot, shownPath } from "../config/find.ts";
import type { Notification } from "../findings/notification.ts";
import type { SourceFile, SourceFormat } from "./source-file.ts";

/** What a run is asked to judge. */
export interface SourceRequest {
  readonly cwd: string;
  /** Files, directories, globs, `-`; empty: the working directory. */
  readonly paths: readonly string[];
  /** What git is about to commit, from the index. */
  readonly staged: boolean;
  /** Only files that differ from this revision. */
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
}

export interface Sources {
  readonly files: readonly SourceFile[];
  /** Paths that are not there, tools that are missing, charts that cannot be rendered. */
  readonly notifications: readonly Notification[];
  /** The files that take part in relations only; reads them when called. */
  readonly beside: () => Promise<readonly SourceFile[]>;
}

const formats: { readonly [extension: string]: SourceFormat } = { ".yaml": "yaml", ".yml": "yaml", ".json": "json" };

export async function gatherSources(request: SourceRequest): Promise<Sources> {
  const root = findGitRoot(request.cwd) ?? request.cwd;
  const files: SourceFile[] = [];
  const add = (file: string): void => {
    const format = formats[extname(file)];
    if (format === undefined) return;
    files.push({ path: shownPath(file, root), format, content: { disk: file }, judged: true, rendering: "" });
  };
  for (const path of request.paths) {
    const full = resolve(request.cwd, path);
    if (!statSync(full).isDirectory()) add(full);
    else for (const name of readdirSync(full, { recursive: true })) add(join(full, String(name)));
  }
  return { files, notifications: [], beside: async () => [] };
}
