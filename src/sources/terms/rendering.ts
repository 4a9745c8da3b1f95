import type { Notification } from "../../messages/notification.ts";
import type { SourceRequest } from "./request.ts";
import type { SourceFile } from "./source-file.ts";
import type { SourceWords } from "./words.ts";

export interface RenderOptions {
  readonly request: SourceRequest;
  /** An absolute path as people see it. */
  readonly show: (file: string) => string;
}

/** What a single rendering has at hand. */
export interface RenderContext extends RenderOptions {
  readonly words: SourceWords;
  /** A folder of this run alone, where tools may write. */
  readonly scratch: string;
}

export interface Rendering {
  readonly files: readonly SourceFile[];
  readonly notifications: readonly Notification[];
}

/** The name of a chart's rendering. */
export function chartKey(chart: string, show: (file: string) => string): string {
  return `helm:${show(chart)}`;
}
