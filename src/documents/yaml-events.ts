import { type Event, parseEvents, YAMLException } from "js-yaml";
import { endOfOpen, Indentation, type Open } from "./indentation.ts";
import { MAX_DEPTH } from "./limits.ts";
import { lineStart } from "./lines.ts";
import { MISPLACED_KEY } from "./syntax-words.ts";
import { tooDeep, Unreadable } from "./unreadable.ts";
import { holdsTooMuch, tooMany } from "./value-count.ts";

/** How many units may be parsed again, all tries together, with lines in the indentation that the parser asks for. */
const REPAIR_BUDGET = 8 * 1024 * 1024;

/**
 * The events of a text, which may hold several documents.
 *
 * @throws Unreadable with the offset of a syntax error, or past a limit
 */
export function readEvents(text: string): Event[] {
  if (holdsTooMuch(text)) throw tooMany();
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (!isIndentation(error)) throw unreadable(error, offsetOf(error));
    return readIndented(text, offsetOf(error));
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
function readIndented(text: string, offset: number): Event[] {
  const indentation = new Indentation(text);
  let failed = offset;
  for (let budget = REPAIR_BUDGET; budget > 0; ) {
    const line = lineStart(text, failed);
    const open = openAt(indentation.apply(line).trimEnd());
    if (!indentation.indent(line, endOfOpen(text, line, open), budget)) break;
    const indented = indentation.apply(text.length);
    budget -= indented.length + line + 1000;
    try {
      return indentation.moveBack(parse(indented));
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      failed = indentation.original(offsetOf(error));
      if (!isIndentation(error)) throw unreadable(error, failed);
    }
  }
  throw syntaxError("deficient indentation", failed);
}

/** js-yaml tells its errors apart by nothing but their wording; the tests hold it to what is read here and below. */
function isIndentation(error: YAMLException): boolean {
  return error.reason === "deficient indentation";
}

/** What is open at the end of a text whose rest is missing. */
function openAt(head: string): Open {
  try {
    parse(head);
  } catch (error) {
    if (error instanceof YAMLException && error.reason.includes("single quoted")) return "'";
    if (error instanceof YAMLException && error.reason.includes("double quoted")) return '"';
  }
  return "flow";
}

function unreadable(error: YAMLException, offset: number): Unreadable {
  if (error.reason.startsWith("nesting exceeded maxDepth")) return tooDeep(offset);
  // js-yaml has several reasons for a `:` behind what cannot be a key, none of which says so.
  const isKey = error.mark?.buffer.charAt(error.mark.position) === ":";
  return syntaxError(isKey ? MISPLACED_KEY : error.reason, offset);
}

function syntaxError(reason: string, offset: number): Unreadable {
  return new Unreadable("yaml-syntax", (words) => words.yamlSyntax(reason), offset);
}

function offsetOf(error: YAMLException): number {
  return error.mark?.position ?? 0;
}
