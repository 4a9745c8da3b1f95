import type { Event } from "js-yaml";
import { DOCUMENT, DOUBLE_QUOTED, FLOW, MAPPING, PLAIN, POP, SCALAR, SEQUENCE } from "./events.ts";
import { MAX_DEPTH } from "./limits.ts";
import { tooDeep, Unreadable } from "./unreadable.ts";
import { holdsTooMuch, tooMany } from "./value-count.ts";
import type { JsonToken, Say } from "./words.ts";

const QUOTE = 34;
const COMMA = 44;
const SLASH = 47;
const STAR = 42;
const COLON = 58;
const BACKSLASH = 92;

/** What to make of comments and commas before a closing bracket, which some tools' own files have. */
export type JsonDialect = "strict" | "commented";

export interface ScannedJson {
  /** Events as js-yaml's parser makes them, a DOCUMENT for each value of the text. */
  readonly events: Event[];
  /** Why the text could not be read to its end; the values before that place are in `events`. */
  readonly error: Unreadable | undefined;
}

/** Reads a text that holds, from offset `start` on, one JSON value after another (RFC 8259), as kubectl takes them. */
export function scanJson(text: string, dialect: JsonDialect, start = 0): ScannedJson {
  const scanner = new JsonScanner(text, dialect, start);
  if (holdsTooMuch(text)) return { events: [], error: tooMany() };
  let complete = 0;
  try {
    while (scanner.next()) complete = scanner.events.length;
    return { events: scanner.events, error: undefined };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    scanner.events.length = complete;
    return { events: scanner.events, error };
  }
}

class JsonScanner {
  readonly events: Event[] = [];
  private readonly text: string;
  private readonly lenient: boolean;
  private at: number;
  private depth = 0;

  constructor(text: string, dialect: JsonDialect, start: number) {
    this.text = text;
    this.at = start;
    this.lenient = dialect === "commented";
  }

  /** Reads one more value; false at the end of the text. */
  next(): boolean {
    this.skipSpace();
    if (this.at >= this.text.length) return false;
    this.events.push({ type: DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] });
    this.value();
    this.events.push({ type: POP });
    return true;
  }

  private value(): void {
    const unit = this.text.charCodeAt(this.at);
    if (unit === 123) this.collection(MAPPING, 125);
    else if (unit === 91) this.collection(SEQUENCE, 93);
    else if (unit === QUOTE) this.string();
    else this.literal();
  }

  private collection(type: typeof MAPPING | typeof SEQUENCE, end: number): void {
    const start = this.at++;
    if (++this.depth > MAX_DEPTH) throw tooDeep(start);
    this.events.push({ type, start, anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1, style: FLOW });
    this.skipSpace();
    let isFirst = true;
    while (this.text.charCodeAt(this.at) !== end) {
      if (!isFirst) {
        this.expect(COMMA, type === MAPPING ? "comma or }" : "comma or ]");
        this.skipSpace();
        if (this.lenient && this.text.charCodeAt(this.at) === end) break;
      }
      isFirst = false;
      if (type === MAPPING) {
        if (this.text.charCodeAt(this.at) !== QUOTE) throw this.unexpected("key");
        this.string();
        this.skipSpace();
        this.expect(COLON, "colon");
        this.skipSpace();
      }
      this.value();
      this.skipSpace();
    }
    this.at++;
    this.depth--;
    this.events.push({ type: POP });
  }

  private string(): void {
    const { text } = this;
    const start = ++this.at;
    let isFast = true;
    for (;;) {
      const unit = text.charCodeAt(this.at);
      if (unit === QUOTE) break;
      if (unit === BACKSLASH) {
        isFast = false;
        this.escape();
      } else if (unit >= 32) this.at++;
      else if (this.at >= text.length) throw this.error((words) => words.endsInString, start - 1);
      else throw this.error((words) => words.controlCharacter, this.at);
    }
    this.scalar(start, this.at++, DOUBLE_QUOTED, isFast);
  }

  private escape(): void {
    const escaped = this.text.charAt(this.at + 1);
    if (escaped === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(this.text.slice(this.at + 2, this.at + 6))) {
        throw this.error((words) => words.badUnicodeEscape, this.at);
      }
      this.at += 6;
    } else if (escaped !== "" && '"\\/bfnrt'.includes(escaped)) this.at += 2;
    else throw this.error((words) => words.badEscape, this.at);
  }

  private literal(): void {
    const pattern = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) throw this.unexpected("value");
    const start = this.at;
    this.at = pattern.lastIndex;
    if (/[\w.+-]/.test(this.text.charAt(this.at))) throw this.unexpected("end");
    this.scalar(start, this.at, PLAIN, true);
  }

  private scalar(
    valueStart: number,
    valueEnd: number,
    style: typeof PLAIN | typeof DOUBLE_QUOTED,
    fast: boolean,
  ): void {
    this.events.push({
      type: SCALAR,
      valueStart,
      valueEnd,
      anchorStart: -1,
      anchorEnd: -1,
      tagStart: -1,
      tagEnd: -1,
      style,
      chomping: 1,
      indent: -1,
      fast,
    });
  }

  private skipSpace(): void {
    const { text } = this;
    for (;;) {
      const unit = text.charCodeAt(this.at);
      if (unit === 32 || unit === 10 || unit === 13 || unit === 9) this.at++;
      else if (unit === SLASH && this.lenient) this.skipComment();
      else return;
    }
  }

  private skipComment(): void {
    const isBlock = this.text.charCodeAt(this.at + 1) === STAR;
    if (!isBlock && this.text.charCodeAt(this.at + 1) !== SLASH) throw this.unexpected("value");
    const end = this.text.indexOf(isBlock ? "*/" : "\n", this.at + 2);
    if (end === -1) this.at = this.text.length;
    else this.at = isBlock ? end + 2 : end;
  }

  private expect(unit: number, what: JsonToken): void {
    if (this.text.charCodeAt(this.at) !== unit) throw this.unexpected(what);
    this.at++;
  }

  private unexpected(expected: JsonToken): Unreadable {
    if (this.at >= this.text.length) return this.error((words) => words.endsBefore(expected), this.at);
    const found = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    return this.error((words) => words.unexpected(found, expected), this.at);
  }

  private error(say: Say, offset: number): Unreadable {
    return new Unreadable("json-syntax", say, offset);
  }
}
