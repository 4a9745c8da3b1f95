import type { Event } from "js-yaml";
import { LITERAL_BLOCK, PLAIN, SCALAR } from "./events.ts";
import { isBlank, isBreak, lineBreak, lineStart } from "./lines.ts";
import { Unreadable } from "./unreadable.ts";

const NEXT_LINE = 0x85;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;
const FOREIGN = /[\u0085\u2028\u2029\ufeff]/;

/**
 * Refuses what breaks a line for go-yaml (YAML 1.1, section 4.1.4) and goes on with it for YAML 1.2 and for editors: a
 * comment, a plain text and a block text end there, and what follows are fields that Kubernetes alone would see. Within
 * quotes U+2028 and U+2029 are text for all, unless blanks or breaks stand beside them, which go-yaml drops; js-yaml
 * refuses them behind the backslash of an escape.
 * A byte order mark amid a text is none of the text for Kubernetes, or costs the lines behind it their first characters
 * (go-yaml's `is_bom` looks at the start of its buffer, wherever it stands in it).
 *
 * @throws Unreadable at the first such character
 */
export function refuseForeignBreaks(text: string, events: readonly Event[]): void {
  let event = 0;
  for (const { 0: character, index } of text.matchAll(new RegExp(FOREIGN, "g"))) {
    while (event < events.length && endOf(events[event]) <= index) event++;
    const unit = character.charCodeAt(0);
    const isText = unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR;
    if (!isText || !isQuoted(events[event], index)) throw foreignBreak(unit, index);
    const [before, after] = [text.charCodeAt(index - 1), text.charCodeAt(index + 1)];
    if (isFolded(before) || isFolded(after)) throw foreignBreak(unit, index);
  }
}

/** What people must be told of a syntax error: such a character in its line, which they cannot see, is why it is one. */
export function visibleCause(text: string, error: Unreadable): Unreadable {
  if (error.code !== "yaml-syntax") return error;
  const start = lineStart(text, error.offset);
  const at = text.slice(start, lineBreak(text, error.offset)).search(FOREIGN);
  return at === -1 ? error : foreignBreak(text.charCodeAt(start + at), start + at);
}

/** Where an event's text ends; only scalars have any. */
function endOf(event: Event | undefined): number {
  return event?.type === SCALAR ? event.valueEnd : -1;
}

function isQuoted(event: Event | undefined, offset: number): boolean {
  return event?.type === SCALAR && event.style > PLAIN && event.style < LITERAL_BLOCK && event.valueStart <= offset;
}

function isFolded(unit: number): boolean {
  return isBlank(unit) || isBreak(unit);
}

function foreignBreak(unit: number, offset: number): Unreadable {
  const code = unit.toString(16).toUpperCase().padStart(4, "0");
  return new Unreadable("yaml-syntax", (words) => words.foreignBreak(code, nameOf(unit)), offset);
}

function nameOf(unit: number): "NEL" | "LS" | "PS" | "BOM" {
  if (unit === LINE_SEPARATOR) return "LS";
  if (unit === PARAGRAPH_SEPARATOR) return "PS";
  return unit === NEXT_LINE ? "NEL" : "BOM";
}
