import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { MAX_FILE_SIZE } from "../documents/limits.ts";
import { documentWords } from "../documents/words.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { systemReason } from "../messages/system-reason.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";

/** The content of a file, or why there is none; one above the cap is refused without being read. A file is opened once, so what is measured is what is read. */
export function readSource(
  file: SourceFile,
  language: Language,
): { content: Uint8Array | string } | { notification: Notification } {
  if ("text" in file.content) return { content: file.content.text };
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.content.disk, "r");
    const { size } = fstatSync(descriptor);
    if (size > MAX_FILE_SIZE) {
      const message = documentWords[language].tooLarge(Math.round(size / (1 << 20)), MAX_FILE_SIZE >> 20);
      return { notification: { level: "error", code: "too-large", message, file: file.path } };
    }
    return { content: readFileSync(descriptor) };
  } catch (error) {
    const message = documentWords[language].unreadable(systemReason(error, language));
    return { notification: { level: "error", code: "unreadable-file", message, file: file.path } };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
