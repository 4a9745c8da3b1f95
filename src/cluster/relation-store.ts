import type { JsonObject } from "../json/value.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";
import type { RelationObject } from "./relation-object.ts";
import { RelationPlace } from "./relation-place.ts";

/** What relations know of the objects of one namespace, and of those that are about all. */
export interface PlaceContent {
  /** Equal for two questions about a namespace only if the entries are. */
  readonly version: string;
  /** Null where they are not known. */
  readonly namespaceLabels: JsonObject | null;
  entries(): RelationEntry[];
}

/**
 * The entries of the cluster by namespace, and apart from them those that are about all namespaces: what concerns one
 * namespace is found, and found to be unchanged, however large the cluster is.
 */
export class RelationStore {
  #grace: number;
  readonly #now: () => number;
  readonly #everywhere = new RelationPlace();
  readonly #byNamespace = new Map<string, RelationPlace>();
  #revision = 0;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param grace milliseconds for which a deleted object still counts, where it is of a kind that outlives its deletion
   * @param now milliseconds, of any clock that does not go back
   */
  constructor(grace: number, now: () => number) {
    this.#grace = grace;
    this.#now = now;
  }

  /** From the next deletion on. */
  setGrace(milliseconds: number): void {
    this.#grace = milliseconds;
  }

  put(kind: string, object: RelationObject): void {
    const { entries } = object;
    if (entries.length === 0) {
      this.remove(kind, object);
      return;
    }
    const place = this.#placeOf(object);
    if (place.put(kind, keyOf(object), entries)) this.#stamp(place);
  }

  remove(kind: string, object: RelationObject): void {
    const place = this.#find(object);
    if (place !== undefined) this.#remove(place, kind, keyOf(object));
  }

  /** All objects of a kind: others are removed, and what did not change is left alone. */
  replace(kind: string, objects: readonly RelationObject[]): void {
    const named = new Map<RelationPlace, Set<string>>();
    for (const object of objects) {
      if (object.entries.length === 0) continue;
      this.put(kind, object);
      const place = this.#placeOf(object);
      const names = named.get(place);
      if (names === undefined) named.set(place, new Set([keyOf(object)]));
      else names.add(keyOf(object));
    }
    for (const place of this.#places()) {
      for (const name of place.names(kind)) {
        if (named.get(place)?.has(name) !== true) this.#remove(place, kind, name);
      }
    }
    this.#dropEmpty();
  }

  /** Nothing of a kind counts any more, not even what was deleted a moment ago. */
  clear(kind: string): void {
    for (const place of this.#places()) if (place.clear(kind)) this.#stamp(place);
    this.#dropEmpty();
  }

  /** What there is for the objects of a namespace; null: for those that live in none. */
  content(namespace: string | null): PlaceContent {
    const now = this.#now();
    const place = namespace === null ? undefined : this.#byNamespace.get(namespace);
    for (const each of [this.#everywhere, place]) if (each?.forget(now) === true) this.#stamp(each);
    return {
      version: `${this.#everywhere.revision}.${place?.revision ?? 0}`,
      namespaceLabels: place?.namespaceLabels ?? null,
      entries: () => [...this.#everywhere.entries(), ...(place?.entries() ?? [])],
    };
  }

  /** Ends its timer. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#sweeper);
  }

  #remove(place: RelationPlace, kind: string, name: string): void {
    const until = this.#grace > 0 ? this.#now() + this.#grace : null;
    if (!place.remove(kind, name, until)) return;
    this.#stamp(place);
    if (place.hasGraves) this.#sweepLater();
  }

  #stamp(place: RelationPlace): void {
    place.revision = ++this.#revision;
  }

  /** What is asked about is forgotten in time; this is for the memory of what nobody asks about. */
  #sweepLater(): void {
    if (this.#sweeper !== undefined || this.#closed) return;
    this.#sweeper = setTimeout(() => {
      this.#sweeper = undefined;
      const now = this.#now();
      let left = false;
      for (const place of this.#places()) {
        if (place.forget(now)) this.#stamp(place);
        left ||= place.hasGraves;
      }
      this.#dropEmpty();
      if (left) this.#sweepLater();
    }, this.#grace);
    this.#sweeper.unref();
  }

  #find({ concerns }: RelationObject): RelationPlace | undefined {
    return concerns === null ? this.#everywhere : this.#byNamespace.get(concerns);
  }

  #placeOf(object: RelationObject): RelationPlace {
    const known = this.#find(object);
    if (known !== undefined) return known;
    const place = new RelationPlace();
    if (object.concerns !== null) this.#byNamespace.set(object.concerns, place);
    return place;
  }

  *#places(): Generator<RelationPlace> {
    yield this.#everywhere;
    yield* this.#byNamespace.values();
  }

  #dropEmpty(): void {
    for (const [namespace, place] of this.#byNamespace) if (place.isEmpty) this.#byNamespace.delete(namespace);
  }
}

/** Unique among the objects of a kind that are kept in one place. */
function keyOf({ concerns, namespace, name }: RelationObject): string {
  return concerns === null && namespace !== null ? `${namespace}/${name}` : name;
}
