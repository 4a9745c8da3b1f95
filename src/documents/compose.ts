import type { Event, ScalarEvent } from "js-yaml";
import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Budget, Composed, DuplicateKey, Inexpressible } from "./composed.ts";
import {
  ALIAS,
  type EventText,
  firstKey,
  isMergeKey,
  longTag,
  MAPPING,
  PLAIN,
  POP,
  SCALAR,
  SEQUENCE,
  scalarText,
  startOf,
} from "./events.ts";
import { MAX_ALIASED_VALUES, MAX_DEPTH } from "./limits.ts";
import { assign, type MutableObject } from "./mutable-object.ts";
import { isCertainlyText, keyText, resolveJson, resolvePlain, resolveTagged } from "./scalar.ts";
import { tooDeep, Unreadable } from "./unreadable.ts";
import type { Say } from "./words.ts";

interface Anchor {
  readonly value: JsonValue;
  /** How many values an alias repeats. */
  readonly size: number;
  /** How many collections deep it is. */
  readonly height: number;
}

const none: readonly DuplicateKey[] = [];

/**
 * Makes the value of the document whose DOCUMENT event is at `start`, as sigs.k8s.io/yaml makes it.
 *
 * @throws Unreadable for an unknown or recursive alias, and past the limits of depth and repetition
 */
export function compose(source: EventText, events: readonly Event[], start: number, budget: Budget): Composed {
  const composer = new Composer(source, events, start + 1, budget);
  const value = composer.value();
  return {
    value,
    next: composer.at + 1,
    duplicates: composer.duplicates ?? none,
    inexpressible: composer.inexpressible,
  };
}

class Composer {
  at: number;
  duplicates: DuplicateKey[] | undefined;
  inexpressible: Inexpressible | undefined;
  private readonly text: string;
  private readonly json: boolean;
  private readonly source: EventText;
  private readonly events: readonly Event[];
  private readonly budget: Budget;
  private anchors: Map<string, Anchor | "open"> | undefined;
  private depth = 0;
  private deepest = 0;

  constructor(source: EventText, events: readonly Event[], at: number, budget: Budget) {
    this.source = source;
    this.text = source.text;
    this.json = source.json;
    this.events = events;
    this.at = at;
    this.budget = budget;
  }

  /** The value of the node at `at`, which moves behind it. */
  value(): JsonValue {
    const event = this.events[this.at];
    if (event === undefined) return null;
    if (event.type === SCALAR) {
      this.at++;
      const value = this.scalar(event);
      if (event.anchorStart !== -1) this.remember(event.anchorStart, event.anchorEnd, { value, size: 1, height: 0 });
      return value;
    }
    if (event.type === MAPPING || event.type === SEQUENCE) {
      this.at++;
      if (event.anchorStart !== -1) return this.anchored(event.type, event.anchorStart, event.anchorEnd);
      return event.type === MAPPING ? this.mapping() : this.sequence();
    }
    this.at++;
    if (event.type === ALIAS) return this.alias(event.anchorStart, event.anchorEnd);
    return null;
  }

  private scalar(event: ScalarEvent): JsonValue {
    const text = this.text;
    if (event.tagStart !== -1) return this.tagged(event);
    if (event.valueStart === -1) return null;
    const value = event.fast ? text.slice(event.valueStart, event.valueEnd) : scalarText(this.source, event);
    if (event.style !== PLAIN || isCertainlyText(text.charCodeAt(event.valueStart))) return value;
    const resolved = this.json ? resolveJson(value) : resolvePlain(value);
    if (typeof resolved === "number" && !Number.isFinite(resolved)) {
      this.refuse((words) => words.notInJson(value), event.valueStart);
      return null;
    }
    return resolved;
  }

  private tagged(event: ScalarEvent): JsonValue {
    const tag = this.text.slice(event.tagStart, event.tagEnd);
    const text = scalarText(this.source, event);
    const value = resolveTagged(longTag(tag), text);
    if (value === undefined) this.refuse((words) => words.unfitTag(shorten(text), tag), event.tagStart);
    else if (typeof value !== "number" || Number.isFinite(value)) return value;
    else this.refuse((words) => words.notInJson(text), event.tagStart);
    return null;
  }

  private sequence(): JsonValue[] {
    this.enter();
    const events = this.events;
    const list: JsonValue[] = [];
    while (events[this.at]?.type !== POP) list.push(this.value());
    this.at++;
    this.depth--;
    return list;
  }

  private mapping(): JsonObject {
    this.enter();
    const { events, text } = this;
    const object: MutableObject = {};
    const start = this.at;
    let merged: Set<string> | undefined;
    for (;;) {
      const at = this.at;
      const event = events[at];
      if (event === undefined || event.type === POP) break;
      let key: string;
      if (event.type === SCALAR && event.fast && event.tagStart === -1 && event.anchorStart === -1) {
        this.at++;
        key = text.slice(event.valueStart, event.valueEnd);
        if (event.style === PLAIN) {
          const first = text.charCodeAt(event.valueStart);
          if (first === 60 && key === "<<") {
            merged ??= new Set();
            this.merge(object, merged);
            continue;
          }
          if (!isCertainlyText(first)) key = this.plainKey(key, event.valueStart);
        }
      } else if (isMergeKey(this.source, event)) {
        this.at++;
        merged ??= new Set();
        this.merge(object, merged);
        continue;
      } else {
        key = this.unusualKey(event);
      }
      const value = this.value();
      if (object[key] === undefined) {
        object[key] = value;
        continue;
      }
      if (Object.hasOwn(object, key) && merged?.delete(key) !== true) this.duplicate(key, start, at);
      assign(object, key, value);
    }
    this.at++;
    this.depth--;
    return object;
  }

  private plainKey(text: string, offset: number): string {
    const value = resolvePlain(text);
    if (typeof value === "string") return value;
    return keyText(value, text) ?? this.refusedKey(text, offset);
  }

  private refusedKey(text: string, offset: number): string {
    this.refuse((words) => words.keyHasNoText(text === "" ? "null" : shorten(text)), offset);
    return text;
  }

  /** Keys with a tag or an anchor, of several lines, aliases, and those that no JSON object can have. */
  private unusualKey(event: Event): string {
    const offset = startOf(event);
    const value = this.value();
    if (typeof value === "string") return value;
    if (value === null || typeof value !== "object") {
      const text = event.type === SCALAR ? scalarText(this.source, event) : String(value);
      return keyText(value, text) ?? this.refusedKey(text, offset);
    }
    const kind = Array.isArray(value) ? "list" : "mapping";
    this.refuse((words) => words.keyIsCollection(kind), offset);
    return "?";
  }

  /** `<<`: as go-yaml v2 does, each merge overwrites what stands before it, and is overwritten by what follows. */
  private merge(object: MutableObject, merged: Set<string>): void {
    const event = this.events[this.at];
    const value = this.value();
    const isList = Array.isArray(value) && event?.type === SEQUENCE;
    const sources: readonly JsonValue[] = isList ? value.toReversed() : [value];
    for (const source of sources) {
      if (!isObject(source)) {
        this.refuse((words) => words.badMerge, startOf(event));
        continue;
      }
      for (const key of Object.keys(source)) {
        assign(object, key, source[key] ?? null);
        merged.add(key);
      }
    }
  }

  private anchored(type: typeof MAPPING | typeof SEQUENCE, start: number, end: number): JsonValue {
    const name = this.text.slice(start, end);
    this.anchors ??= new Map();
    this.anchors.set(name, "open");
    const before = { at: this.at, aliased: this.budget.aliased, deepest: this.deepest };
    this.deepest = this.depth;
    const value = type === MAPPING ? this.mapping() : this.sequence();
    const height = this.deepest - this.depth;
    this.deepest = Math.max(this.deepest, before.deepest);
    this.anchors.set(name, { value, size: this.at - before.at + before.aliased - this.budget.aliased, height });
    return value;
  }

  private remember(start: number, end: number, anchor: Anchor): void {
    this.anchors ??= new Map();
    this.anchors.set(this.text.slice(start, end), anchor);
  }

  private alias(start: number, end: number): JsonValue {
    const name = this.text.slice(start, end);
    const anchor = this.anchors?.get(name);
    if (anchor === undefined) throw new Unreadable("yaml-syntax", (words) => words.unknownAnchor(name), start - 1);
    if (anchor === "open") throw new Unreadable("yaml-syntax", (words) => words.recursiveAnchor(name), start - 1);
    this.budget.aliased -= anchor.size;
    if (this.budget.aliased < 0) {
      throw new Unreadable("too-large", (words) => words.tooManyAliased(MAX_ALIASED_VALUES), start - 1);
    }
    const depth = this.depth + anchor.height;
    if (depth > MAX_DEPTH) throw tooDeep(start - 1);
    if (depth > this.deepest) this.deepest = depth;
    return anchor.value;
  }

  private enter(): void {
    this.depth++;
    if (this.depth > this.deepest) {
      this.deepest = this.depth;
      if (this.depth > MAX_DEPTH) throw tooDeep(startOf(this.events[this.at - 1]));
    }
  }

  private duplicate(key: string, start: number, at: number): void {
    this.duplicates ??= [];
    const later = startOf(this.events[at]);
    const isWanted = this.budget.duplicates-- > 0;
    const first = isWanted ? startOf(this.events[firstKey(this.source, this.events, start, at, key)]) : -1;
    this.duplicates.push({ key, first, later });
  }

  private refuse(say: Say, offset: number): void {
    this.inexpressible ??= { say, offset };
  }
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
