import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import type { JsonValue, Path, Region } from "./document.ts";
import {
  ALIAS,
  DOCUMENT,
  type EventText,
  FLOW,
  isMergeKey,
  keyOf,
  LITERAL_BLOCK,
  MAPPING,
  PLAIN,
  POP,
  SCALAR,
  SEQUENCE,
  startOf,
} from "./events.ts";
import { isBlank, isBreak, type SourceText } from "./source-text.ts";

/** A stretch of the text: offsets, the end exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Place {
  /** Index of the key's event, where a mapping led here. */
  readonly key: number | undefined;
  /** Index of the node's event; of an alias, not of what it stands for. */
  readonly node: number;
}

/** Collections of more children than this get an index of them on the first look, so that many paths cost no product. */
const INDEX_FROM = 64;

/** The events of one document, and the spans of what its paths lead to. */
export class Locator {
  private readonly source: EventText;
  private readonly events: readonly Event[];
  private readonly root: number;
  private ends: Int32Array | undefined;
  private anchors: Map<string, number[]> | undefined;
  private readonly keyed: Map<number, Map<string, Place>> = new Map();
  private readonly items: Map<number, Int32Array> = new Map();

  /** `start` is the index of the document's DOCUMENT event. */
  constructor(source: EventText, events: readonly Event[], start: number) {
    this.source = source;
    this.events = events;
    this.root = start + 1;
  }

  /** Offset of the first content, anchors and tags left out. */
  start(): number {
    return startOf(this.events[this.root]);
  }

  /**
   * The span of a path all of whose steps are there, or, when `isParent`, of the collection under it in which
   * something is missing.
   */
  span(path: Path, isParent: boolean): Span {
    let place: Place = { key: undefined, node: this.root };
    for (const step of path) {
      const collection = this.resolve(place.node);
      const next = typeof step === "number" ? this.item(collection, step) : this.member(collection, step);
      if (next === undefined) break;
      place = next;
    }
    const node = this.resolve(place.node);
    const event = this.events[node];
    if (event?.type === SCALAR) return this.scalarSpan(event, node === place.node ? place.key : undefined);
    const keyEvent = place.key === undefined ? undefined : this.events[place.key];
    if (keyEvent?.type === SCALAR && !(isParent && event?.type === MAPPING))
      return this.scalarSpan(keyEvent, undefined);
    if (event?.type !== MAPPING && event?.type !== SEQUENCE) return { start: startOf(event), end: startOf(event) };
    return this.collectionSpan(node, event, keyEvent !== undefined);
  }

  /** The event that a node stands for: an alias' anchor, or itself. */
  private resolve(node: number): number {
    let at = node;
    for (let event = this.events[at]; event?.type === ALIAS; event = this.events[at]) {
      const name = this.source.text.slice(event.anchorStart, event.anchorEnd);
      this.anchors ??= this.findAnchors();
      const before: number = at;
      at = this.anchors.get(name)?.findLast((anchored) => anchored < before) ?? this.root;
    }
    return at;
  }

  private findAnchors(): Map<string, number[]> {
    const anchors = new Map<string, number[]>();
    const end = this.endOf(this.root);
    for (let at = this.root; at < end; at++) {
      const event = this.events[at];
      if (event?.type !== SCALAR && event?.type !== MAPPING && event?.type !== SEQUENCE) continue;
      if (event.anchorStart === -1) continue;
      const name = this.source.text.slice(event.anchorStart, event.anchorEnd);
      const known = anchors.get(name);
      if (known === undefined) anchors.set(name, [at]);
      else known.push(at);
    }
    return anchors;
  }

  private item(collection: number, index: number): Place | undefined {
    if (this.events[collection]?.type !== SEQUENCE) return undefined;
    const known = this.items.get(collection);
    if (known !== undefined) {
      const node = known[index];
      return node === undefined ? undefined : { key: undefined, node };
    }
    if (index >= INDEX_FROM) {
      const nodes: number[] = [];
      for (let at = collection + 1; this.isNode(at); at = this.endOf(at)) nodes.push(at);
      this.items.set(collection, Int32Array.from(nodes));
      return this.item(collection, index);
    }
    let at = collection + 1;
    for (let i = 0; i < index && this.isNode(at); i++) at = this.endOf(at);
    return this.isNode(at) ? { key: undefined, node: at } : undefined;
  }

  /** The last place that gives the key its value, in the order in which the composer takes keys and merges. */
  private member(collection: number, key: string): Place | undefined {
    if (this.events[collection]?.type !== MAPPING) return undefined;
    const known = this.keyed.get(collection);
    let found: Place | undefined = known?.get(key);
    if (known !== undefined && !known.has("<<")) return found;
    let count = 0;
    for (let at = collection + 1; this.isNode(at); ) {
      const event = this.events[at];
      const node = this.endOf(at);
      if (event !== undefined && isMergeKey(this.source, event)) found = this.merged(node, key) ?? found;
      else if (this.hasKey(at, key)) found = { key: at, node };
      at = this.endOf(node);
      count++;
    }
    if (count > INDEX_FROM) this.indexKeys(collection);
    return found;
  }

  /** Remembers where the keys of a large mapping are; the entry `<<` says that merges must be looked through each time. */
  private indexKeys(collection: number): void {
    const places = new Map<string, Place>();
    for (let at = collection + 1; this.isNode(at); ) {
      const event = this.events[at];
      const node = this.endOf(at);
      const name = event !== undefined && isMergeKey(this.source, event) ? "<<" : keyOf(this.source, event);
      if (name !== undefined) places.set(name, { key: at, node });
      at = this.endOf(node);
    }
    this.keyed.set(collection, places);
  }

  private hasKey(at: number, key: string): boolean {
    const event = this.events[at];
    if (event?.type === ALIAS) return this.hasKey(this.resolve(at), key);
    if (event?.type !== SCALAR) return false;
    // Most keys are told apart by their length, without making a string of each.
    if (event.fast && event.tagStart === -1 && event.valueEnd - event.valueStart === key.length) {
      if (this.source.text.startsWith(key, event.valueStart)) return keyOf(this.source, event) === key;
    } else if (event.fast && event.style !== PLAIN) return false;
    return keyOf(this.source, event) === key;
  }

  /** Where a merged mapping, or the first of a list of them that has it, gives the key. */
  private merged(node: number, key: string): Place | undefined {
    const source = this.resolve(node);
    const type = this.events[source]?.type;
    if (type === MAPPING) return this.member(source, key);
    if (type !== SEQUENCE) return undefined;
    for (let at = source + 1; this.isNode(at); at = this.endOf(at)) {
      const found = this.member(this.resolve(at), key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private isNode(at: number): boolean {
    const event = this.events[at];
    return event !== undefined && event.type !== POP;
  }

  /** Index behind the node at `at`. */
  private endOf(at: number): number {
    this.ends ??= this.findEnds();
    return this.ends[at - this.root] ?? at + 1;
  }

  private findEnds(): Int32Array {
    const { events, root } = this;
    const open: number[] = [];
    let end = root;
    for (let at = root; at < events.length; at++) {
      const type = events[at]?.type;
      if (type === POP) {
        open.pop();
      } else if (type === MAPPING || type === SEQUENCE) open.push(at);
      else if (type === DOCUMENT) break;
      end = at + 1;
      if (open.length === 0) break;
    }
    const ends = new Int32Array(end - root);
    for (let at = root; at < end; at++) {
      const type = events[at]?.type;
      if (type === MAPPING || type === SEQUENCE) open.push(at);
      else if (type === POP) ends[(open.pop() ?? at) - root] = at + 1;
      else ends[at - root] = at + 1;
    }
    return ends;
  }

  private scalarSpan(event: ScalarEvent, key: number | undefined): Span {
    if (event.valueStart === -1) return { start: startOf(event), end: startOf(event) };
    if (event.style === PLAIN) return { start: event.valueStart, end: event.valueEnd };
    if (event.style < LITERAL_BLOCK) return { start: event.valueStart - 1, end: event.valueEnd + 1 };
    return this.blockScalarSpan(event, key);
  }

  /** From the indicator, which `key` stands before, to the end of the last line that is not blank. */
  private blockScalarSpan(event: ScalarEvent, key: number | undefined): Span {
    const { text } = this.source;
    const floor = Math.max(event.anchorEnd, event.tagEnd, key === undefined ? 0 : this.keyEnd(key));
    let start = Math.max(floor, lineStart(text, event.valueStart - 1));
    while (start < event.valueStart && !isBlockIndicator(text.charCodeAt(start))) start++;
    let end = event.valueEnd;
    while (end > event.valueStart && (isBlank(text.charCodeAt(end - 1)) || isBreak(text.charCodeAt(end - 1)))) end--;
    if (end > event.valueStart) return { start, end };
    end = start + 1;
    while (/[-+0-9]/.test(text.charAt(end))) end++;
    return { start, end };
  }

  private keyEnd(key: number): number {
    const event = this.events[key];
    if (event?.type === SCALAR) return event.style === PLAIN ? event.valueEnd : event.valueEnd + 1;
    return event?.type === ALIAS ? event.anchorEnd : 0;
  }

  /**
   * The first line of a collection's content. In flow style the whole collection where it ends on that line; the value
   * of a key that goes on over several lines is seen by its first child, an item by its bracket.
   */
  private collectionSpan(node: number, event: MappingEvent | SequenceEvent, isMember: boolean): Span {
    const { text } = this.source;
    let start = event.start;
    if (event.style === FLOW) {
      const end = this.flowEnd(node);
      if (end <= lineEnd(text, start)) return { start, end };
      if (isMember && this.isNode(node + 1)) start = startOf(this.events[node + 1]);
    }
    return { start, end: lineEnd(text, start) };
  }

  /** Offset behind a node's last character. Of flow collections the events know only the start. */
  private flowEnd(node: number): number {
    const { text } = this.source;
    const stop = this.endOf(node);
    // A pair in a flow sequence (`[a: b]`) is a mapping without brackets.
    const brackets: boolean[] = [];
    let end = startOf(this.events[node]);
    for (let at = node; at < stop; at++) {
      const event = this.events[at];
      if (event?.type === SCALAR) {
        end =
          event.valueStart === -1
            ? Math.max(end, event.anchorEnd, event.tagEnd)
            : this.scalarSpan(event, undefined).end;
      } else if (event?.type === ALIAS) end = event.anchorEnd;
      else if (event?.type === MAPPING || event?.type === SEQUENCE) {
        const hasBracket = isOpening(text, event.start);
        brackets.push(hasBracket);
        if (hasBracket) end = event.start + 1;
      } else if (event?.type === POP && brackets.pop() === true) end = closing(text, end);
    }
    return end;
  }
}

function isOpening(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return unit === 91 || unit === 123;
}

function isBlockIndicator(unit: number): boolean {
  return unit === 124 || unit === 62;
}

/** Offset behind the next closing bracket, comments passed over. */
function closing(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 93 || unit === 125) return at + 1;
    if (unit === 35) at = lineBreak(text, at) - 1;
  }
  return text.length;
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  // The offset may be that of the line's own break.
  while (at > 0 && isBreak(text.charCodeAt(at))) at--;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

function lineBreak(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

function lineEnd(text: string, offset: number): number {
  let end = lineBreak(text, offset);
  while (end > offset && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

/** How many steps of a path are there; null and a step into the wrong kind of collection count as absent. */
export function depthOf(value: JsonValue, path: Path): number {
  let current: JsonValue = value;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth];
    let next: JsonValue | undefined;
    if (Array.isArray(current)) next = typeof step === "number" ? current[step] : undefined;
    else if (
      typeof current === "object" &&
      current !== null &&
      typeof step === "string" &&
      Object.hasOwn(current, step)
    ) {
      next = (current as { readonly [key: string]: JsonValue | undefined })[step];
    }
    if (next === undefined || next === null) return depth;
    current = next;
  }
  return path.length;
}

/** What `Document.locate` answers. */
export function locate(
  locator: Locator,
  source: SourceText,
  base: number,
  value: JsonValue,
  path: Path,
  root: Path,
): { readonly field: Path; readonly region: Region } {
  const depth = depthOf(value, path);
  let field = depth === path.length ? path : path.slice(0, depth);
  let isParent = depth < path.length;
  if (depth <= root.length) {
    const name = [...root, "metadata", "name"];
    if (depthOf(value, name) === name.length) {
      field = name;
      isParent = false;
    } else isParent = true;
  }
  const span = locator.span(field, isParent);
  return { field, region: source.region(base + span.start, base + span.end) };
}
