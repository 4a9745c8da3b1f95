import { writeSync } from "node:fs";
import { codeIn } from "../messages/thrown.ts";

const encoder = new TextEncoder();
/** Pieces are gathered up to this many bytes before they are written. */
const gathered = 64 << 10;

/** Whoever reads the output has gone away; there is nobody to tell. */
export class OutputClosedError extends Error {
  override name = "OutputClosedError";
}

/**
 * Writes text and bytes to an open file descriptor, in order, completely, and at once: what was written is there even if
 * the process ends now. Standard output is written this way because loading `process.stdout` costs a tenth of the start.
 * @throws OutputClosedError where a pipe's reader is gone.
 */
export function writeTo(descriptor: number, pieces: Iterable<string | Uint8Array>): void {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      if (text.length < gathered) continue;
    }
    if (text !== "") writeAll(descriptor, encoder.encode(text));
    text = "";
    if (typeof piece !== "string") writeAll(descriptor, piece);
  }
  if (text !== "") writeAll(descriptor, encoder.encode(text));
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = codeIn(error);
      if (code === "EPIPE") throw new OutputClosedError("the reader of the output is gone");
      // A pipe that somebody made non-blocking is full: wait until its reader has taken some.
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
