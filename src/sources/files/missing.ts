import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Language } from "../../messages/language.ts";
import { nearest } from "../../messages/nearest.ts";
import type { Notification } from "../../messages/notification.ts";
import { sourceWords } from "../terms/words.ts";

/** What is said of an operand that names nothing; with a name of the same directory that may have been meant. */
export function noSuchFile(operand: string, path: string, language: Language | undefined): Notification {
  const words = sourceWords[language ?? "en"];
  if (/[*?[{(]/.test(operand)) return { level: "error", code: "no-such-file", message: words.noMatch(operand) };
  const near = operand === "" ? undefined : nearest(basename(path), namesIn(dirname(path)));
  const suggestion = near === undefined ? undefined : join(dirname(operand), near);
  return { level: "error", code: "no-such-file", message: words.noSuchFile(operand, suggestion) };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
