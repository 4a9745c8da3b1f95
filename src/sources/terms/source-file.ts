import type { SourceFormat } from "../../documents/source-format.ts";

/**
 * Where the bytes of a file are: on disk, read as late as possible by whoever judges the file, or already in hand
 * (standard input, the git index, a rendering).
 */
type SourceContent = { readonly disk: string } | { readonly text: Uint8Array | string };

/**
 * One file of a run. Plain data: it is handed to worker threads as it is.
 */
export interface SourceFile {
  /** What people see: relative to the git root, else to the working directory, with `/`; absolute outside; `<stdin>`. */
  readonly path: string;
  readonly format: SourceFormat;
  readonly content: SourceContent;
  /** False for the files of `--with`: they take part in relations and are not judged. */
  readonly judged: boolean;
  /** Somebody named this very file, so it must be readable; a JSON file found by walking may be another tool's own. */
  readonly named?: boolean;
  /** The rendering that the file belongs to; "" for plain files. Relations never look into another rendering. */
  readonly rendering: string;
  /**
   * For a rendered file: where each 1-based line of the content (index 0 is unused) stands in `path`. A positive number
   * is a line with the very same text, a negative one a line (its absolute value) that became this one and reads
   * differently, so that columns mean nothing there; 0 is unknown. Absent: lines are the content's own.
   */
  readonly lines?: readonly number[];
}
