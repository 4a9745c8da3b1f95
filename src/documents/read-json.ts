import type { Event } from "js-yaml";
import type { Collector } from "./collector.ts";
import { scanJson } from "./json.ts";
import { KEEP_EVENTS_BELOW } from "./limits.ts";
import { collectDocuments } from "./read-yaml.ts";
import type { SourceText } from "./source-text.ts";

/** Reads the JSON values of a file, one after another. */
export function readJson(file: SourceText, out: Collector): void {
  const { text } = file;
  let { events, error } = scanJson(text, "strict");
  // Other tools' settings (tsconfig.json and the like) have comments. No Kubernetes object may.
  if (error !== undefined && !text.includes('"apiVersion"')) {
    const commented = scanJson(text, "commented");
    if (commented.error === undefined) ({ events, error } = commented);
  }
  const read = (): Event[] => scanJson(text, error === undefined ? "commented" : "strict").events;
  const piece = { file, base: 0, text, json: true, read };
  collectDocuments(events, text.length < KEEP_EVENTS_BELOW ? { ...piece, events } : { ...piece, last: {} }, out);
  if (error !== undefined) out.refuse(error, file, 0);
}
