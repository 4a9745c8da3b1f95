import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { MAX_FILE_SIZE } from "../../documents/limits.ts";
import { codeIn } from "../../messages/thrown.ts";

/**
 * Reads a pipe or another file without a known size to its end, or until there is more than any file may hold: whoever
 * parses it then says so.
 * @throws what the file system says.
 */
export async function readStream(file: string | 0): Promise<Uint8Array> {
  const descriptor = file === 0 ? 0 : openSync(file, "r");
  try {
    return await readAll(descriptor);
  } finally {
    if (file !== 0) closeSync(descriptor);
  }
}

async function readAll(descriptor: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  while (size <= MAX_FILE_SIZE) {
    const piece = Buffer.allocUnsafe(1 << 16);
    const count = await readSome(descriptor, piece);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    size += count;
  }
  return Buffer.concat(pieces);
}

async function readSome(descriptor: number, into: Buffer): Promise<number> {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      const code = codeIn(error);
      // Windows ends a pipe with EOF. A pipe that another process made non-blocking has nothing yet.
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      await setTimeout(5);
    }
  }
}
