import { readFileSync } from "node:fs";

/** The text of a small file as it is on disk; null where there is none that can be read. */
export function fileText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
