/** `error`: something could not be judged, and the run ends with status 2. The others do not change the status. */
export type NotificationLevel = "error" | "warning" | "note";

/**
 * A word about the run itself rather than about a manifest's content: an unreadable file, a missing tool, a duplicate
 * key, a waiver that matched nothing. `code` is stable (`yaml-syntax`), `message` is for people.
 */
export interface Notification {
  readonly level: NotificationLevel;
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units. */
  readonly column?: number;
}
