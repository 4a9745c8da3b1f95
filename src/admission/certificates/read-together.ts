import { readFile, realpath, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { codeIn } from "../../messages/thrown.ts";
import { CertificateError } from "./certificate-source.ts";

/** No certificate file is as large as this many bytes. */
const largest = 1 << 20;
const attempts = 5;

/**
 * The texts of files that belong together. A mounted Secret is swapped by one symbolic link above all its files, so
 * files that resolve to other places before and after reading were read across a swap, and are read again.
 * @throws where a file is missing, no regular file, or larger than 1 MiB.
 */
export async function readTogether(paths: readonly string[]): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const places = await Promise.all(paths.map((path) => realpath(path)));
      const texts = await Promise.all(places.map(readText));
      const after = await Promise.all(paths.map((path) => realpath(path)));
      if (after.every((place, index) => place === places[index])) return texts;
      if (attempt >= attempts) throw new CertificateError((say) => say.swapped);
    } catch (error) {
      // The folder of the old files goes away right after a swap.
      if (attempt >= attempts || !isMissing(error)) throw error;
    }
    await setImmediate();
  }
}

async function readText(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new CertificateError((say) => say.noFile(path));
  if (found.size > largest) throw new CertificateError((say) => say.tooLarge(path, largest));
  return readFile(path, "utf8");
}

function isMissing(error: unknown): boolean {
  return codeIn(error) === "ENOENT";
}
