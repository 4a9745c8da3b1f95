import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../json/value.ts";
import { endsOf } from "../relations/entries.ts";
import type { NamespaceData } from "../relations/rows/namespaces.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";

type Entries = readonly RelationEntry[];

interface Grave {
  readonly kind: string;
  readonly name: string;
  readonly entries: Entries;
  readonly until: number;
}

/** Deleted objects that a namespace remembers: whoever creates and deletes them in a loop must not fill the memory. */
const mostGraves = 1000;

/** The entries of one namespace, or those that are about all, and the deleted ones that still count. */
export class RelationPlace {
  /** Stamped by whoever changes it. */
  revision = 0;
  readonly #kinds = new Map<string, Map<string, Entries>>();
  /** In the order of their deletion, which is that of their end. */
  readonly #graves = new Map<string, Grave>();

  /** Whether that changed anything: much of what happens to an object is of no interest here. */
  put(kind: string, name: string, entries: Entries): boolean {
    const buried = this.#graves.delete(graveKey(kind, name));
    let named = this.#kinds.get(kind);
    if (named === undefined) {
      named = new Map();
      this.#kinds.set(kind, named);
    }
    const known = named.get(name);
    if (known !== undefined && isDeepStrictEqual(known, entries)) return buried;
    named.set(name, entries);
    return true;
  }

  /** Whether it was there. What outlives its deletion counts `until` then, in milliseconds; null: no longer. */
  remove(kind: string, name: string, until: number | null): boolean {
    const named = this.#kinds.get(kind);
    const entries = named?.get(name);
    if (named === undefined || entries === undefined) return false;
    named.delete(name);
    if (named.size === 0) this.#kinds.delete(kind);
    const outliving = until === null ? [] : entries.filter(({ role }) => endsOf([role])[0]?.outlives === true);
    if (until !== null && outliving.length > 0) this.#bury({ kind, name, entries: outliving, until });
    return true;
  }

  /** Whether there was any, alive or deleted a moment ago. */
  clear(kind: string): boolean {
    let changed = this.#kinds.delete(kind);
    for (const [key, grave] of this.#graves) {
      if (grave.kind === kind) changed = this.#graves.delete(key) || changed;
    }
    return changed;
  }

  /** Whether any deleted object ceased to count. */
  forget(now: number): boolean {
    let changed = false;
    for (const [key, { until }] of this.#graves) {
      if (until > now) break;
      changed = this.#graves.delete(key);
    }
    return changed;
  }

  /** The names of what lives. */
  names(kind: string): string[] {
    return [...(this.#kinds.get(kind)?.keys() ?? [])];
  }

  get hasGraves(): boolean {
    return this.#graves.size > 0;
  }

  get isEmpty(): boolean {
    return this.#kinds.size === 0 && this.#graves.size === 0;
  }

  get namespaceLabels(): JsonObject | null {
    for (const named of this.#kinds.values()) {
      for (const entries of named.values()) {
        for (const entry of entries) if (isNamespace(entry)) return entry.data?.labels ?? null;
        break;
      }
    }
    return null;
  }

  /** In an order that does not depend on when each came, for messages name the first ones. */
  entries(): RelationEntry[] {
    const living = [...this.#kinds.values()].flatMap((named) => [...named.values()].flat());
    const all = [...living, ...[...this.#graves.values()].flatMap(({ entries }) => entries)];
    return all.sort(byKindAndName);
  }

  #bury(grave: Grave): void {
    const [oldest] = this.#graves.keys();
    if (this.#graves.size >= mostGraves && oldest !== undefined) this.#graves.delete(oldest);
    this.#graves.set(graveKey(grave.kind, grave.name), grave);
  }
}

function graveKey(kind: string, name: string): string {
  return `${kind}\0${name}`;
}

function isNamespace(entry: RelationEntry): entry is RelationEntry<NamespaceData> {
  return entry.role === "namespace";
}

function byKindAndName(a: RelationEntry, b: RelationEntry): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}
