import type { Notification } from "../../messages/notification.ts";
import type { RunHome } from "./place.ts";
import type { SourceRequest } from "./request.ts";
import type { SourceFile } from "./source-file.ts";

/** What is needed to tell what takes part in relations only. */
export interface Judged {
  readonly request: SourceRequest;
  readonly place: RunHome;
  readonly files: readonly SourceFile[];
  /** Parts of renderings that were not asked for. */
  readonly unjudged: readonly SourceFile[];
  /** Absolute paths of the files that were judged as part of a rendering. */
  readonly covered: ReadonlySet<string>;
  /** The git work trees whose other manifests take part in relations unless something else was said. */
  readonly workTrees: readonly string[];
  readonly notifications: Notification[];
}
