import { type Event, parseEvents, YAMLException } from "js-yaml";
import { ALIAS, MAPPING, SCALAR, SEQUENCE, tooDeep, Unreadable } from "./compose.ts";
import { MAX_DEPTH, MAX_VALUES } from "./limits.ts";
import { isBreak } from "./source-text.ts";

/** Texts below this length cannot hold too many values. */
const SMALL = 512 * 1024;

/** How many units may be parsed again, all tries together, to bring lines into the indentation that the parser asks for. */
const REPAIR_BUDGET = 8 * 1024 * 1024;

/**
 * The events of a text, which may hold several documents.
 *
 * @throws Unreadable with the offset of a syntax error, or past a limit
 */
export function readEvents(text: string): Event[] {
  if (text.length > SMALL && countIndicators(text) > MAX_VALUES) {
    throw new Unreadable("too-large", `the document holds more than ${MAX_VALUES.toLocaleString("en")} values`, 0);
  }
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof YAMLException) {
      if (isIndentation(error)) return readIndented(text, error);
      throw unreadable(error, offsetOf(error));
    }
    throw error;
  }
}

function parse(text: string): Event[] {
  // The parser counts the scalars in the innermost collection, too.
  return parseEvents(text, { maxDepth: MAX_DEPTH + 2 });
}

/**
 * In flow collections and quoted scalars go-yaml takes lines of any indentation; js-yaml wants them deeper than what
 * holds them (YAML 1.2, section 7), so such lines are parsed as though they were indented.
 */
function readIndented(text: string, first: YAMLException): Event[] {
  const inserts: Insert[] = [];
  let error: YAMLException = first;
  for (let budget = REPAIR_BUDGET; budget > 0; budget -= text.length + 1000) {
    const offset = originalOffset(inserts, offsetOf(error));
    const line = lineStart(text, offset);
    if (inserts.some((insert) => insert.at === line)) break;
    inserts.push({ at: line, width: indentationBefore(text, line) + 1 });
    inserts.sort((a, b) => a.at - b.at);
    try {
      return moveBack(parse(insertAll(text, inserts)), inserts);
    } catch (next) {
      if (!(next instanceof YAMLException)) throw next;
      error = next;
      if (!isIndentation(next)) break;
    }
  }
  throw unreadable(error, originalOffset(inserts, offsetOf(error)));
}

/** Spaces that were put before a line: `at` is an offset in the original text. */
interface Insert {
  readonly at: number;
  readonly width: number;
}

function insertAll(text: string, inserts: readonly Insert[]): string {
  let result = "";
  let from = 0;
  for (const { at, width } of inserts) {
    result += text.slice(from, at) + " ".repeat(width);
    from = at;
  }
  return result + text.slice(from);
}

function originalOffset(inserts: readonly Insert[], offset: number): number {
  let moved = 0;
  for (const { at, width } of inserts) {
    if (offset < at + moved + width) return offset <= at + moved ? offset - moved : at;
    moved += width;
  }
  return offset - moved;
}

/** Brings the offsets of events back to the original text. */
function moveBack(events: Event[], inserts: readonly Insert[]): Event[] {
  const back = (offset: number): number => (offset === -1 ? -1 : originalOffset(inserts, offset));
  for (const event of events) {
    if (event.type === ALIAS) {
      event.anchorStart = back(event.anchorStart);
      event.anchorEnd = back(event.anchorEnd);
    } else if (event.type === SCALAR || event.type === MAPPING || event.type === SEQUENCE) {
      event.anchorStart = back(event.anchorStart);
      event.anchorEnd = back(event.anchorEnd);
      event.tagStart = back(event.tagStart);
      event.tagEnd = back(event.tagEnd);
      if (event.type === SCALAR) {
        event.valueStart = back(event.valueStart);
        event.valueEnd = back(event.valueEnd);
      } else event.start = back(event.start);
    }
  }
  return events;
}

/** The deepest column at which a block collection may have begun before an offset. */
function indentationBefore(text: string, offset: number): number {
  let deepest = 0;
  const prefix = /^[ ?:-]*/gm;
  for (let match = prefix.exec(text); match !== null && match.index < offset; match = prefix.exec(text)) {
    deepest = Math.max(deepest, match[0].length);
    if (match[0] === "") prefix.lastIndex++;
  }
  return deepest;
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

/** js-yaml tells its errors apart by nothing but their wording; the tests hold it to these two. */
function isIndentation(error: YAMLException): boolean {
  return error.reason === "deficient indentation";
}

function unreadable(error: YAMLException, offset: number): Unreadable {
  if (error.reason.startsWith("nesting exceeded maxDepth")) return tooDeep(offset);
  return new Unreadable("yaml-syntax", error.reason, offset);
}

function offsetOf(error: YAMLException): number {
  return error.mark?.position ?? 0;
}

/** An estimate of how many values a text holds, from above but for what stands in long texts. */
function countIndicators(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 44 || unit === 91 || unit === 123) count++;
    else if (unit === 58 || unit === 45 || unit === 63) {
      const next = text.charCodeAt(at + 1);
      if (next === 32 || next === 10) count++;
    }
  }
  return count;
}
