import { LRUCache } from "lru-cache";
import { type ReviewFacts, relationOptions } from "../admission/review-facts.ts";
import type { InformerState, RelationSnapshot } from "../admission/server/facts.ts";
import type { JsonObject } from "../json/value.ts";
import type { UnknownRole } from "../relations/relations.ts";
import { ResourceSet } from "../relations/resource-set.ts";
import type { ClusterClient } from "./client.ts";
import { pathOf } from "./discovery.ts";
import {
  KindWatch,
  usualTiming,
  type WatchSink,
  type WatchState,
  type WatchTarget,
  type WatchTiming,
} from "./kind-watch.ts";
import { type RelationObject, relationObjectOf } from "./relation-object.ts";
import { RelationStore } from "./relation-store.ts";
import { locate, mayBeUnknown, type WatchedKind, watchedKinds } from "./watched-kinds.ts";

export interface ClusterRelationsOptions {
  /** Seconds for which a deleted network policy still counts, unless it is created again before. */
  readonly networkPolicyGrace: number;
  /** Milliseconds, of a clock that does not go back. */
  readonly now?: () => number;
  readonly timing?: Partial<WatchTiming>;
  /** Told in words, with the kind, what a watch met with. */
  readonly onNote?: (kind: string, note: string) => void;
}

interface Kept {
  readonly snapshot: RelationSnapshot;
  set?: ResourceSet;
}

/** Entries that are kept indexed at once; a namespace that was not asked about for long is indexed again. */
const mostIndexed = 200_000;

/**
 * The relations of a cluster, kept up to date by a watch for each kind. Of an object only its entry is kept. A namespace
 * is indexed when it is asked about, and again only after something in it, or among the objects that are about all
 * namespaces, changed: what a review costs does not depend on the cluster's size.
 */
export class ClusterRelations implements ReviewFacts {
  readonly #options: ClusterRelationsOptions;
  readonly #store: RelationStore;
  readonly #states = new Map<string, InformerState>();
  readonly #listeners = new Set<(state: InformerState) => void>();
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: mostIndexed,
    sizeCalculation: ({ snapshot }) => Math.min(snapshot.entries.length + 10, mostIndexed),
  });
  #unknownRoles: readonly UnknownRole[];
  #watches: readonly KindWatch<RelationObject>[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ClusterRelationsOptions) {
    this.#options = options;
    this.#store = new RelationStore(options.networkPolicyGrace * 1000, options.now ?? (() => performance.now()));
    for (const { name } of watchedKinds) this.#states.set(name, { kind: name, state: "syncing" });
    this.#unknownRoles = this.#findUnknownRoles();
  }

  /** For how many seconds a policy that is deleted from now on still counts. */
  setNetworkPolicyGrace(seconds: number): void {
    this.#store.setGrace(seconds * 1000);
  }

  /** Begins to watch. The client stays its caller's, to be closed after this. */
  start(client: ClusterClient): void {
    const timing = { ...usualTiming, ...this.#options.timing };
    this.#watches = watchedKinds.map(
      (watched) => new KindWatch(client, targetOf(watched), this.#sinkOf(watched), timing),
    );
    this.#running = Promise.all(this.#watches.map((watch) => watch.run()));
  }

  /** Ends all requests and timers; what is known stays, and grows old. */
  async close(): Promise<void> {
    for (const watch of this.#watches) watch.stop();
    this.#store.close();
    await this.#running;
  }

  relations(namespace: string | null): ResourceSet {
    const kept = this.#keep(namespace);
    kept.set ??= new ResourceSet(kept.snapshot.entries, kept.snapshot.options);
    return kept.set;
  }

  namespaceLabels(namespace: string): JsonObject | null {
    return this.#store.content(namespace).namespaceLabels;
  }

  /** The relations of a namespace for another thread: the same object until something changes. */
  snapshot(namespace: string | null): RelationSnapshot {
    return this.#keep(namespace).snapshot;
  }

  /** Each kind that is watched. */
  states(): readonly InformerState[] {
    return [...this.#states.values()];
  }

  /** Whether each kind was in sync once, or cannot be: then there is nothing to wait for. */
  synced(): boolean {
    return this.states().every(({ state }) => state !== "syncing");
  }

  /** Calls a listener whenever the state of a kind changes; returns how to end that. */
  onChange(listener: (state: InformerState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #keep(namespace: string | null): Kept {
    const { version: content, entries, namespaceLabels } = this.#store.content(namespace);
    const version = `${content} ${this.#unknownRoles.join(",")}`;
    const key = namespace ?? "";
    const known = this.#kept.get(key);
    if (known?.snapshot.version === version) return known;
    const options = relationOptions(namespace, this.#unknownRoles);
    const kept: Kept = { snapshot: { version, entries: entries(), options, namespaceLabels } };
    this.#kept.set(key, kept);
    return kept;
  }

  #sinkOf({ name }: WatchedKind): WatchSink<RelationObject> {
    return {
      replace: (objects) => this.#store.replace(name, objects),
      put: (object) => this.#store.put(name, object),
      remove: (object) => this.#store.remove(name, object),
      clear: () => this.#store.clear(name),
      state: (state, detail) => this.#setState(name, state, detail),
      note: (note) => this.#options.onNote?.(name, note),
    };
  }

  #setState(kind: string, state: WatchState, detail: string): void {
    const before = this.#states.get(kind);
    if (before?.state === state && (before.detail ?? "") === detail) return;
    const now: InformerState = detail === "" ? { kind, state } : { kind, state, detail };
    this.#states.set(kind, now);
    this.#unknownRoles = this.#findUnknownRoles();
    if (before?.state !== state) for (const listener of this.#listeners) listener(now);
  }

  /** A role is known only where each of its kinds is. */
  #findUnknownRoles(): UnknownRole[] {
    const unknown = new Set<UnknownRole>();
    for (const { name, role } of watchedKinds) {
      const state = this.#states.get(name)?.state;
      if (mayBeUnknown(role) && (state === "syncing" || state === "forbidden")) unknown.add(role);
    }
    return [...unknown].sort();
  }
}

function targetOf(watched: WatchedKind): WatchTarget<RelationObject> {
  return {
    growsOld: mayBeUnknown(watched.role),
    async locate(client, signal) {
      const at = await locate(client, watched, signal);
      return at === null ? null : { path: pathOf(at), reduce: (object) => relationObjectOf(object, watched.kind, at) };
    },
  };
}
