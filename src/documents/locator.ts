import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import type { Path } from "../json/value.ts";
import { EventTree, type NodePlace } from "./event-tree.ts";
import {
  ALIAS,
  type EventText,
  FLOW,
  LITERAL_BLOCK,
  MAPPING,
  PLAIN,
  POP,
  SCALAR,
  SEQUENCE,
  startOf,
} from "./events.ts";
import { isBlank, isBreak, lineBreak, lineEnd, lineStart } from "./lines.ts";

/** A stretch of the text: offsets, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What the paths of one document lead to, as stretches of its text. */
export class Locator {
  private readonly tree: EventTree;

  /** `start` is the index of the document's DOCUMENT event. */
  constructor(source: EventText, events: readonly Event[], start: number) {
    this.tree = new EventTree(source, events, start);
  }

  /** Offset of the first content, anchors and tags left out. */
  start(): number {
    return startOf(this.tree.events[this.tree.root]);
  }

  /**
   * The span of a path all of whose steps are there, or, when `isParent`, of the collection under it in which
   * something is missing.
   */
  span(path: Path, isParent: boolean): Span {
    let place: NodePlace = { key: undefined, node: this.tree.root };
    for (const step of path) {
      const collection = this.tree.resolve(place.node);
      const next = typeof step === "number" ? this.tree.item(collection, step) : this.tree.member(collection, step);
      if (next === undefined) break;
      place = next;
    }
    const node = this.tree.resolve(place.node);
    const event = this.tree.events[node];
    if (event?.type === SCALAR) return this.scalarSpan(event, node === place.node ? place.key : undefined);
    const keyEvent = place.key === undefined ? undefined : this.tree.events[place.key];
    if (keyEvent?.type === SCALAR && !(isParent && event?.type === MAPPING))
      return this.scalarSpan(keyEvent, undefined);
    if (event?.type !== MAPPING && event?.type !== SEQUENCE) return { start: startOf(event), end: startOf(event) };
    return this.collectionSpan(node, event, keyEvent !== undefined);
  }

  private scalarSpan(event: ScalarEvent, key: number | undefined): Span {
    if (event.valueStart === -1) return { start: startOf(event), end: startOf(event) };
    if (event.style === PLAIN) return { start: event.valueStart, end: event.valueEnd };
    if (event.style < LITERAL_BLOCK) return { start: event.valueStart - 1, end: event.valueEnd + 1 };
    return this.blockScalarSpan(event, key);
  }

  /** From the indicator, which `key` stands before, to the end of the last line that is not blank. */
  private blockScalarSpan(event: ScalarEvent, key: number | undefined): Span {
    const { text } = this.tree.source;
    const floor = Math.max(event.anchorEnd, event.tagEnd, key === undefined ? 0 : this.keyEnd(key));
    let start = Math.max(floor, headerStart(text, event.valueStart));
    while (start < event.valueStart && !isBlockIndicator(text.charCodeAt(start))) start++;
    let end = event.valueEnd;
    while (end > event.valueStart && (isBlank(text.charCodeAt(end - 1)) || isBreak(text.charCodeAt(end - 1)))) end--;
    if (end > event.valueStart) return { start, end };
    end = start + 1;
    while (/[-+0-9]/.test(text.charAt(end))) end++;
    return { start, end };
  }

  private keyEnd(key: number): number {
    const event = this.tree.events[key];
    if (event?.type === SCALAR) return event.style === PLAIN ? event.valueEnd : event.valueEnd + 1;
    return event?.type === ALIAS ? event.anchorEnd : 0;
  }

  /**
   * The first line of a collection's content. In flow style the whole collection where it ends on that line; the value
   * of a key that goes on over several lines is seen by its first child, an item by its bracket.
   */
  private collectionSpan(node: number, event: MappingEvent | SequenceEvent, isMember: boolean): Span {
    const { text } = this.tree.source;
    let start = event.start;
    if (event.style === FLOW) {
      const end = this.flowEnd(node);
      if (end <= lineEnd(text, start)) return { start, end };
      if (isMember && this.tree.isNode(node + 1)) start = startOf(this.tree.events[node + 1]);
    }
    return { start, end: lineEnd(text, start) };
  }

  /** Offset behind a node's last character. Of flow collections the events know only the start. */
  private flowEnd(node: number): number {
    const { text } = this.tree.source;
    const stop = this.tree.endOf(node);
    // A pair in a flow sequence (`[a: b]`) is a mapping without brackets.
    const brackets: boolean[] = [];
    let end = startOf(this.tree.events[node]);
    for (let at = node; at < stop; at++) {
      const event = this.tree.events[at];
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

/** Where the line before a block scalar's first line begins. */
function headerStart(text: string, valueStart: number): number {
  let at = valueStart - 1;
  while (at > 0 && isBreak(text.charCodeAt(at))) at--;
  return lineStart(text, at);
}
