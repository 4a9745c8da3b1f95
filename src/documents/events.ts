import { type Event, getScalarValue, type ScalarEvent } from "js-yaml";
import { isCertainlyText, keyText, resolvePlain, resolveTagged } from "./scalar.ts";

// The numbers of js-yaml's EVENT_ID, SCALAR_STYLE: as constants of this module they cost nothing in the hot loop.
export const DOCUMENT = 1;
export const SEQUENCE = 2;
export const MAPPING = 3;
export const SCALAR = 4;
export const ALIAS = 5;
export const POP = 6;
export const PLAIN = 1;
export const DOUBLE_QUOTED = 3;
export const LITERAL_BLOCK = 4;
export const FLOW = 2;

/** The text that events speak of: a piece of a file, as YAML or as JSON. */
export interface EventText {
  readonly text: string;
  readonly json: boolean;
}

/** Index behind the node at `at`. */
export function skip(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let i = at; i < events.length; i++) {
    const type = events[i]?.type;
    if (type === POP) depth--;
    else if (type === MAPPING || type === SEQUENCE || type === DOCUMENT) depth++;
    if (depth <= 0) return i + 1;
  }
  return events.length;
}

/** The text of a key that is a scalar, as the composed object has it; undefined for other keys. */
export function keyOf(source: EventText, event: Event | undefined): string | undefined {
  if (event?.type !== SCALAR) return undefined;
  const text = scalarText(source, event);
  if (event.tagStart !== -1) {
    const value = resolveTagged(longTag(source.text.slice(event.tagStart, event.tagEnd)), text);
    return value === undefined ? text : (keyText(value, text) ?? text);
  }
  if (event.style !== PLAIN || (text !== "" && isCertainlyText(text.charCodeAt(0)))) return text;
  return keyText(resolvePlain(text), text) ?? text;
}

/** `<<` without quotes, or with the tag `!!merge`. */
export function isMergeKey(source: EventText, event: Event): boolean {
  if (source.json || event.type !== SCALAR || event.valueStart === -1) return false;
  if (event.valueEnd - event.valueStart !== 2 || !source.text.startsWith("<<", event.valueStart)) return false;
  if (event.tagStart === -1) return event.style === PLAIN;
  return longTag(source.text.slice(event.tagStart, event.tagEnd)) === "tag:yaml.org,2002:merge";
}

/** The decoded text of a scalar. */
export function scalarText(source: EventText, event: ScalarEvent): string {
  if (!source.json || event.fast) return getScalarValue(source.text, event);
  const text: unknown = JSON.parse(source.text.slice(event.valueStart - 1, event.valueEnd + 1));
  return typeof text === "string" ? text : "";
}

/** Offset of a node's first character, its anchor or tag left out. */
export function startOf(event: Event | undefined): number {
  switch (event?.type) {
    case SCALAR:
      if (event.valueStart === -1) return Math.max(event.tagStart, event.anchorStart - 1, 0);
      return event.style === PLAIN || event.style >= LITERAL_BLOCK ? event.valueStart : event.valueStart - 1;
    case MAPPING:
    case SEQUENCE:
      return event.start;
    case ALIAS:
      return event.anchorStart - 1;
    default:
      return 0;
  }
}

/** A tag written out: `!!int` as `tag:yaml.org,2002:int`. */
export function longTag(tag: string): string {
  if (tag.startsWith("!!")) return `tag:yaml.org,2002:${tag.slice(2)}`;
  return tag.startsWith("!<") ? tag.slice(2, -1) : tag;
}

/** Index of the first key `key` of the mapping whose first key is at `start`. */
export function firstKey(source: EventText, events: readonly Event[], start: number, end: number, key: string): number {
  for (let at = start; at < end; at = skip(events, skip(events, at))) {
    if (keyOf(source, events[at]) === key) return at;
  }
  return end;
}
