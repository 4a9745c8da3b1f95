import type { JsonValue, Path } from "../json/value.ts";
import type { Notification } from "../messages/notification.ts";

/** A stretch of a file. Lines and columns are 1-based, columns count UTF-16 code units, `endColumn` is exclusive. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One YAML or JSON document of a file. */
export interface Document {
  /** 0-based position among the file's documents. */
  readonly index: number;
  readonly value: JsonValue;
  /** 1-based line of the document's first content. */
  readonly line: number;
  /** Tells the documents of a file apart: the same for a document whether the file was read whole or in part. */
  readonly place: string;
  /**
   * Where a path is. `field` is the deepest part of the path that is there (a null counts as absent); when it is
   * shorter than the path, the region is that of a parent of an absent field. `root` is the part of the path that is
   * an object of its own (an item of a list): what is true of all of it stands on its `metadata.name`.
   */
  locate(path: Path, root?: Path): { readonly field: Path; readonly region: Region };
}

/** A comment `# paddlock-ignore <rule> -- <reason>`, found while a file was read. */
export interface WaiverComment {
  /** As written, so that an unknown rule can be reported. */
  readonly rule: string;
  /** Null when the comment gives none, which is an error. */
  readonly reason: string | null;
  /** 1-based line that the comment waives: its own when it follows content, else the next line of content. */
  readonly target: number;
  /** 1-based position of the comment itself. */
  readonly line: number;
  readonly column: number;
}

/** All that a file's text holds. */
export interface ParsedFile {
  readonly documents: readonly Document[];
  readonly comments: readonly WaiverComment[];
  /** `yaml-syntax`, `json-syntax`, `invalid-utf8`, `duplicate-key`, `too-large`, …; without `file`, which the caller adds. */
  readonly notifications: readonly Notification[];
  /** How many documents could not be read. */
  readonly unreadable: number;
}
