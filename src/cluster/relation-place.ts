import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../json/value.ts";
import type { PolicyEntry } from "../relations/network/policy-entry.ts";
import type { RelationEntry } from "../relations/resource-set.ts";

interface Grave {
  readonly kind: string;
  readonly name: string;
  readonly entry: PolicyEntry;
  readonly until: number;
}

/** Deleted policies that a namespace remembers: whoever creates and deletes them in a loop must not fill the memory. */
const mostGraves = 1000;

/** The entries of one namespace, or those that are about all, and the deleted policies that still count. */
export class Place {
  /** Stamped by whoever changes it. */
  revision = 0;
  readonly #kinds = new Map<string, Map<string, RelationEntry>>();
  /** In the order of their deletion, which is that of their end. */
  readonly #graves = new Map<string, Grave>();

  /** Whether that changed anything: much of what happens to an object is of no interest here. */
  put(kind: string, name: string, entry: RelationEntry): boolean {
    const buried = this.#graves.delete(graveKey(kind, name));
    let entries = this.#kinds.get(kind);
    if (entries === undefined) {
      entries = new Map();
      this.#kinds.set(kind, entries);
    }
    const known = entries.get(name);
    if (known !== undefined && isDeepStrictEqual(known, entry)) return buried;
    entries.set(name, entry);
    return true;
  }

  /** Whether it was there. A policy still counts `until` then, in milliseconds; null: no longer. */
  remove(kind: string, name: string, until: number | null): boolean {
    const entries = this.#kinds.get(kind);
    const entry = entries?.get(name);
    if (entries === undefined || entry === undefined) return false;
    entries.delete(name);
    if (entries.size === 0) this.#kinds.delete(kind);
    if (until !== null && entry.role === "policy") this.#bury({ kind, name, entry, until });
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

  /** Whether any deleted policy ceased to count. */
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
    for (const entries of this.#kinds.values()) {
      for (const entry of entries.values()) {
        if (entry.role === "namespace") return entry.labels;
        break;
      }
    }
    return null;
  }

  /** In an order that does not depend on when each came, for messages name the first ones. */
  entries(): RelationEntry[] {
    const policies: PolicyEntry[] = [];
    const others: RelationEntry[] = [];
    for (const entries of this.#kinds.values()) {
      for (const entry of entries.values()) {
        if (entry.role === "policy") policies.push(entry);
        else others.push(entry);
      }
    }
    for (const { entry } of this.#graves.values()) policies.push(entry);
    policies.sort(byKindAndName);
    return [...policies, ...others];
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

function byKindAndName(a: PolicyEntry, b: PolicyEntry): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}
