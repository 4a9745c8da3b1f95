import type { Event } from "js-yaml";
import { spend } from "../budget/budget.ts";
import { ALIAS, DOCUMENT, type EventText, isMergeKey, keyOf, MAPPING, PLAIN, POP, SCALAR, SEQUENCE } from "./events.ts";

/** Where a step of a path leads. */
export interface NodePlace {
  /** Index of the key's event, where a mapping led here. */
  readonly key: number | undefined;
  /** Index of the node's event; of an alias, not of what it stands for. */
  readonly node: number;
}

/** Collections of more children than this get an index of them on the first look, so that many paths cost no product. */
const INDEX_FROM = 64;

/** The events of one document as the tree that they are, walked by indices. */
export class EventTree {
  /** Index of the document's node. */
  readonly root: number;
  readonly source: EventText;
  readonly events: readonly Event[];
  private ends: Int32Array | undefined;
  private anchors: Map<string, number[]> | undefined;
  private readonly keyed: Map<number, Map<string, NodePlace>> = new Map();
  private readonly items: Map<number, Int32Array> = new Map();

  /** `start` is the index of the document's DOCUMENT event. */
  constructor(source: EventText, events: readonly Event[], start: number) {
    this.source = source;
    this.events = events;
    this.root = start + 1;
  }

  /** The event that a node stands for: an alias' anchor, or itself. */
  resolve(node: number): number {
    let at = node;
    for (let event = this.events[at]; event?.type === ALIAS; event = this.events[at]) {
      const name = this.source.text.slice(event.anchorStart, event.anchorEnd);
      this.anchors ??= this.findAnchors();
      const before: number = at;
      at = lastBelow(this.anchors.get(name) ?? [], before) ?? this.root;
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

  /** The item of a sequence. */
  item(collection: number, index: number): NodePlace | undefined {
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
  member(collection: number, key: string): NodePlace | undefined {
    if (this.events[collection]?.type !== MAPPING) return undefined;
    const known = this.keyed.get(collection);
    let found: NodePlace | undefined = known?.get(key);
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
    // With merges in it, a mapping is gone through for each path again.
    spend(count);
    if (count > INDEX_FROM && known === undefined) this.indexKeys(collection);
    return found;
  }

  /** Remembers where the keys of a large mapping are; the entry `<<` says that merges must be looked through each time. */
  private indexKeys(collection: number): void {
    const places = new Map<string, NodePlace>();
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
  private merged(node: number, key: string): NodePlace | undefined {
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

  /** Whether a node, and not the end of a collection, is at an index. */
  isNode(at: number): boolean {
    const event = this.events[at];
    return event !== undefined && event.type !== POP;
  }

  /** Index behind the node at `at`. */
  endOf(at: number): number {
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
}

/** The greatest of ascending numbers that is below a limit. */
function lastBelow(ascending: readonly number[], limit: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1];
}
