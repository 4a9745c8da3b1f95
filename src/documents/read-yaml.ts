import type { Event } from "js-yaml";
import type { JsonValue } from "../json/value.ts";
import type { Collector } from "./collector.ts";
import { compose } from "./compose.ts";
import type { Inexpressible } from "./composed.ts";
import { DOCUMENT } from "./events.ts";
import { refuseForeignBreaks, visibleCause } from "./foreign-breaks.ts";
import { scanJson } from "./json.ts";
import { KEEP_EVENTS_BELOW, MAX_BROKEN_DOCUMENTS, MAX_DOCUMENTS } from "./limits.ts";
import { type EventSource, ParsedDocument } from "./parsed-document.ts";
import type { SourceText } from "./source-text.ts";
import { splitDocuments } from "./split.ts";
import { Unreadable } from "./unreadable.ts";
import { findWaivers } from "./waiver-comments.ts";
import type { Say } from "./words.ts";
import { readEvents } from "./yaml-events.ts";

/** Reads YAML documents, each on its own, so that a broken one costs none of the others. */
export function readYaml(file: SourceText, out: Collector, only?: (document: string) => boolean): void {
  const isLarge = file.text.length >= KEEP_EVENTS_BELOW;
  const last = {};
  let pieces = 0;
  for (const { start, end } of splitDocuments(file.text)) {
    if (pieces++ === MAX_DOCUMENTS) {
      out.refuse(new Unreadable("too-large", (words) => words.tooManyDocuments(MAX_DOCUMENTS), 0), file, start);
      return;
    }
    const text = start === 0 && end === file.text.length ? file.text : file.text.slice(start, end);
    if (only?.(text) === false) continue;
    const json = readJsonPiece(text);
    const piece = { file, base: start, text, json: json !== undefined };
    const read = (): Event[] => readJsonPiece(text) ?? readEvents(text);
    let events: Event[];
    try {
      events = json ?? readEvents(text);
      if (json === undefined || !isJsonStream(start, text)) refuseForeignBreaks(text, events);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      out.refuse(visibleCause(text, error), file, start, isTemplate(text));
      if (out.unreadable < MAX_BROKEN_DOCUMENTS) continue;
      out.notify("error", "too-large", (words) => words.tooManyBroken(MAX_BROKEN_DOCUMENTS), file, end);
      return;
    }
    collectDocuments(events, isLarge ? { ...piece, last, read } : { ...piece, events, read }, out);
    if (text.includes("paddlock-ignore")) out.comments.push(...findWaivers(file, start, text, events));
  }
}

/** kubectl takes a text that begins with a brace for JSON, tabs and all; what is no JSON is then tried as YAML. */
function readJsonPiece(text: string): Event[] | undefined {
  const first = /^(?:---[ \t]*\r?\n)?\s*\{/.exec(text);
  if (first === null) return undefined;
  const scanned = scanJson(text, "strict", first[0].length - 1);
  return scanned.error === undefined ? scanned.events : undefined;
}

/** Kubernetes reads JSON as such where the whole text begins with it; behind a marker it is YAML, breaks and all. */
function isJsonStream(start: number, text: string): boolean {
  return start === 0 && !text.startsWith("---");
}

/** Composes the documents of a piece's events. */
export function collectDocuments(events: readonly Event[], source: EventSource, out: Collector): void {
  let ordinal = 0;
  for (let at = 0; events[at]?.type === DOCUMENT; ordinal++) {
    try {
      const composed = compose(source, events, at, out.budget);
      at = composed.next;
      for (const { key, first, later } of composed.duplicates) {
        const line = source.file.position(source.base + first).line;
        const say: Say = (words) => words.duplicateKey(key, line);
        out.notify("warning", "duplicate-key", say, source.file, source.base + later);
      }
      if (composed.inexpressible !== undefined && claimsToBeObject(composed.value)) {
        out.refuse(inexpressible(composed.inexpressible), source.file, source.base, isTemplate(source.text));
      } else if (composed.value !== null) {
        out.documents.push(new ParsedDocument(out.met++, composed.value, source, ordinal));
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      out.refuse(error, source.file, source.base);
      at = behindDocument(events, at);
    }
  }
}

/** Other YAML may hold what Kubernetes cannot read; it is passed over, as everything that is no object. */
function claimsToBeObject(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && "apiVersion" in value && "kind" in value;
}

function inexpressible({ say, offset }: Inexpressible): Unreadable {
  return new Unreadable("yaml-syntax", say, offset);
}

function behindDocument(events: readonly Event[], start: number): number {
  let at = start + 1;
  while (at < events.length && events[at]?.type !== DOCUMENT) at++;
  return at;
}

function isTemplate(text: string): boolean {
  return text.includes("{{");
}
