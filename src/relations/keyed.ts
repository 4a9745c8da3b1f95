import { isTemplate } from "../resources/quantity.ts";
import type { Doubt } from "../resources/selectors.ts";
import { Shelf } from "./shelf.ts";
import type { RelationOptions } from "./terms/options.ts";
import type { Key, RelationEntry } from "./terms/relation.ts";

/** From where objects are looked for. */
export type Standpoint = Pick<RelationEntry, "namespace" | "file" | "rendering">;

/** An object that was found: surely, or perhaps. */
export interface Found {
  readonly entry: RelationEntry;
  /** Why nobody can say whether it is meant; null: it is. */
  readonly doubt: Doubt | null;
  /** 0: the same rendering, or the same plain file; 1: a directory and those below it; 2: anywhere; 3: not of the own set. */
  readonly distance: number;
}

/** The plain files of a run, as a rendering; all renderings together, as plain files see them. */
const plain = "";
const rendered = "*";
/** Where objects are filed that name no namespace, name a template, hold in every one; and once more all that name one. */
const unwritten = "";
const template = "{}";
const everywhere = "*";
const anyWritten = "**";

const displaced: Doubt = { reason: "namespace-option", detail: "--namespace" };

/**
 * Objects by their keys, and of each key by rendering and namespace: what a question costs depends on what it finds. A
 * rendering sees itself and the plain files, and they see all renderings; what is found nearest is told first.
 */
export class Keyed {
  readonly #options: RelationOptions;
  readonly #shelves = new Map<string, Shelf>();
  /** The names of each kind, whatever their rendering and namespace: most questions are about none of them. */
  readonly #names = new Map<string, Set<string>>();

  constructor(options: RelationOptions) {
    this.#options = options;
  }

  add(entry: RelationEntry, keys: readonly Key[]): void {
    for (const key of keys) {
      if (isUnreadable(key)) continue;
      const namespace = key.namespace === undefined ? entry.namespace || unwritten : (key.namespace ?? everywhere);
      const name = isTemplate(key.name) ? template : key.name;
      const names = this.#names.get(key.of);
      if (names === undefined) this.#names.set(key.of, new Set([name]));
      else names.add(name);
      for (const set of entry.rendering === plain ? [plain] : [entry.rendering, rendered]) {
        const at = `${key.of}\0${name}\0${set}\0`;
        this.#put(at + (isTemplate(namespace) ? template : namespace), entry);
        if (namespace !== unwritten && namespace !== everywhere) this.#put(at + anyWritten, entry);
      }
    }
  }

  /** What has a key, the surely found first, nearest first; nothing at all where a name is no name yet. */
  *find(key: Key, from: Standpoint): Generator<Found> {
    const names = this.#names.get(key.of);
    if (names === undefined || !(names.has(key.name) || names.has(template)) || isUnreadable(key)) return;
    const sets = from.rendering === plain ? [plain, rendered] : [from.rendering, plain];
    const namespace = key.namespace === undefined ? from.namespace || null : key.namespace;
    for (const [index, set] of sets.entries()) {
      const at = `${key.of}\0${key.name}\0${set}\0`;
      for (const each of this.#certain(at, namespace, from)) yield index === 0 ? each : { ...each, distance: 3 };
    }
    for (const set of sets) yield* this.#doubtful(`${key.of}\0`, key.name, set, namespace, from);
  }

  *#certain(at: string, namespace: string | null, from: Standpoint): Generator<Found> {
    const { defaultNamespace, namespaceGiven } = this.#options;
    yield* this.#all(at + everywhere, from);
    if (namespace === everywhere) {
      for (const place of [anyWritten, unwritten]) yield* this.#all(at + place, from);
      return;
    }
    const written = namespace ?? defaultNamespace;
    if (isTemplate(written)) return;
    if (written !== defaultNamespace) {
      yield* this.#all(at + written, from);
      return;
    }
    // One that leaves its namespace out need not be meant for the usual one, unless the two stand together.
    for (const place of [written, unwritten]) {
      const isSaid = namespaceGiven || (namespace !== null && place === written);
      for (const each of this.#all(at + place, from)) {
        if (!isSaid && each.distance > 1) break;
        yield each;
      }
    }
  }

  *#doubtful(of: string, name: string, set: string, namespace: string | null, from: Standpoint): Generator<Found> {
    const { defaultNamespace, namespaceGiven } = this.#options;
    const at = `${of}${name}\0${set}\0`;
    if (namespace !== null && isTemplate(namespace)) {
      const doubt: Doubt = { reason: "template", detail: namespace };
      for (const place of [anyWritten, unwritten]) yield* this.#all(at + place, from, doubt);
    } else if (!namespaceGiven && namespace !== everywhere) {
      if (namespace === null) yield* this.#all(at + anyWritten, from, displaced);
      // Those that surely are meant are there already.
      yield* this.#all(at + unwritten, from, displaced);
    }
    yield* this.#all(at + template, from, { reason: "template", detail: "" });
    const unnamed = `${of}${template}\0${set}\0`;
    for (const place of [namespace ?? defaultNamespace, unwritten, template, everywhere])
      yield* this.#all(unnamed + place, from, { reason: "template", detail: "" });
  }

  *#all(at: string, from: Standpoint, doubt: Doubt | null = null): Generator<Found> {
    const shelf = this.#shelves.get(at);
    if (shelf === undefined) return;
    for (const { entry, distance } of shelf.nearestFirst(from)) {
      const alongside = from.rendering !== plain && entry.rendering === from.rendering;
      yield { entry, doubt, distance: alongside ? 0 : distance };
    }
  }

  #put(at: string, entry: RelationEntry): void {
    let shelf = this.#shelves.get(at);
    if (shelf === undefined) {
      shelf = new Shelf();
      this.#shelves.set(at, shelf);
    }
    shelf.add(entry);
  }
}

/** No name has a zero byte, which keeps the parts of a place apart. */
function isUnreadable({ of, name, namespace }: Key): boolean {
  return of.includes("\0") || name.includes("\0") || namespace?.includes("\0") === true;
}
