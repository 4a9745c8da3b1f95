import { LRUCache } from "lru-cache";
import { type ReviewFacts, relationOptions } from "../admission/review-facts.ts";
import type { InformerState, RelationSnapshot } from "../admission/server/facts.ts";
import type { JsonObject } from "../json/value.ts";
import { endsOf } from "../relations/entries.ts";
import { ENDS } from "../relations/relations-table.ts";
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
import { locate, type WatchedKind, watchedKinds } from "./watched-kinds.ts";

export interface ClusterRelationsOptions {
  /** The ends that are watched from the beginning, beside the namespaces. */
  readonly roles?: Iterable<string>;
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
  readonly #roles = new Set<string>();
  #watched: readonly WatchedKind[] = [];
  readonly #states = new Map<string, InformerState>();
  readonly #listeners = new Set<(state: InformerState) => void>();
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: mostIndexed,
    sizeCalculation: ({ snapshot }) => Math.min(snapshot.entries.length + 10, mostIndexed),
  });
  #unknownRoles: readonly string[];
  readonly #watches = new Map<string, { readonly watch: KindWatch<RelationObject>; readonly ended: Promise<void> }>();
  #client: ClusterClient | undefined;

  constructor(options: ClusterRelationsOptions) {
    this.#options = options;
    this.#store = new RelationStore(options.networkPolicyGrace * 1000, options.now ?? (() => performance.now()));
    this.#unknownRoles = this.#findUnknownRoles();
    // Which rules hold in a namespace may hang on its labels.
    this.watch(["namespace", ...(options.roles ?? [])]);
  }

  /** For how many seconds a policy that is deleted from now on still counts. */
  setNetworkPolicyGrace(seconds: number): void {
    this.#store.setGrace(seconds * 1000);
  }

  /** The objects of these ends are watched from now on, too. What was needed once may be needed again, so no watch ends. */
  watch(roles: Iterable<string>): void {
    for (const role of roles) this.#roles.add(role);
    const before = new Map(this.#watched.map((watched) => [watched.name, watched.roles.join(" ")]));
    this.#watched = watchedKinds(this.#roles);
    const fresh = this.#watched.filter(({ name, roles }) => before.get(name) !== roles.join(" "));
    for (const { name } of fresh) this.#states.set(name, { kind: name, state: "syncing" });
    this.#unknownRoles = this.#findUnknownRoles();
    for (const watched of fresh) this.#run(watched);
  }

  /** Begins to ask the cluster. The client stays its caller's, to be closed after this. */
  start(client: ClusterClient): void {
    this.#client = client;
    for (const watched of this.#watched) this.#run(watched);
  }

  /** Ends all requests and timers; what is known stays, and grows old. */
  async close(): Promise<void> {
    this.#client = undefined;
    for (const { watch } of this.#watches.values()) watch.stop();
    this.#store.close();
    await Promise.all([...this.#watches.values()].map(({ ended }) => ended));
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

  #run(watched: WatchedKind): void {
    if (this.#client === undefined) return;
    this.#watches.get(watched.name)?.watch.stop();
    const timing = { ...usualTiming, ...this.#options.timing };
    const watch = new KindWatch(this.#client, targetOf(watched), this.#sinkOf(watched), timing);
    this.#watches.set(watched.name, { watch, ended: watch.run() });
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

  /** A role is known only where each of its kinds is; one that is not watched is not. */
  #findUnknownRoles(): string[] {
    const unknown = new Set(ENDS.keys());
    for (const { roles } of this.#watched) for (const role of roles) unknown.delete(role);
    for (const { name, roles } of this.#watched) {
      const state = this.#states.get(name)?.state;
      if (state === "syncing" || state === "forbidden") for (const role of roles) unknown.add(role);
    }
    return [...unknown].sort();
  }
}

function targetOf(watched: WatchedKind): WatchTarget<RelationObject> {
  return {
    growsOld: endsOf(watched.roles).some(({ growsNotOld }) => growsNotOld !== true),
    async locate(client, signal) {
      const at = await locate(client, watched, signal);
      return at === null ? null : { path: pathOf(at), reduce: (object) => relationObjectOf(object, watched, at) };
    },
  };
}
