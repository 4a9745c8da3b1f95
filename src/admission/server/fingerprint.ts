import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { codeIn } from "../../messages/thrown.ts";

/** Files up to this size are compared by what they hold; larger ones by size, time and place on the disk. */
const readBytes = 1 << 20;

/**
 * What tells that any of these files is another one. Follows symbolic links, for that is how a mounted ConfigMap changes;
 * a file that is not there, or cannot be read, is a state like any other.
 */
export async function fingerprintOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}\0`);
    try {
      const { size, mtimeMs, ino } = await stat(file);
      if (size <= readBytes) hash.update(await readFile(file));
      else hash.update(`${size} ${mtimeMs} ${ino}`);
    } catch (error) {
      hash.update(codeIn(error) ?? "unreadable");
    }
    hash.update("\0");
  }
  return hash.digest("hex");
}
