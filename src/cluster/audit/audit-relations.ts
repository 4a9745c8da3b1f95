import { LRUCache } from "lru-cache";
import { relationOptions } from "../../admission/review-facts.ts";
import { objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { ENDS } from "../../relations/relations-table.ts";
import { ResourceSet } from "../../relations/resource-set.ts";
import type { ClusterClient } from "../client.ts";
import { pathOf } from "../discovery.ts";
import { relationObjectOf } from "../relation-object.ts";
import { RelationStore } from "../relation-store.ts";
import { isClusterScoped, locate, type ServedAt, type WatchedKind, watchedKinds } from "../watched-kinds.ts";
import { isDisconnection } from "./disconnection.ts";
import { listPages, patiently } from "./patience.ts";

/** Why a kind's objects are not all known. */
export interface RelationGap {
  readonly watched: WatchedKind;
  /** Null: it could not even be found out where it is served. */
  readonly at: ServedAt | null;
  readonly namespace: string | null;
  readonly error: unknown;
}

export interface ReadRelationsOptions {
  /** Null: all of them. */
  readonly namespaces: readonly string[] | null;
  /** The ends whose objects are read. */
  readonly roles: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/** Entries that are kept indexed at once. */
const MOST_INDEXED = 200_000;

/** The relations of a cluster at one time, as the webhook's, and what of them could not be read. Of an object only its entry is kept. */
export class AuditRelations {
  /** In the order in which they were met. */
  readonly gaps: RelationGap[] = [];
  /** Namespaces that are being deleted take no new objects. */
  readonly terminating: Set<string> = new Set<string>();
  readonly #store = new RelationStore(0, () => 0);
  readonly #unknown = new Set(ENDS.keys());
  readonly #sets = new LRUCache<string, ResourceSet>({ max: 1000, maxSize: MOST_INDEXED });

  private constructor() {}

  /**
   * Lists the kinds that relations are made of. A kind that cannot be listed is a gap, and what depends on it unknown.
   * @throws TransportError where the cluster does not answer
   */
  static async read(client: ClusterClient, options: ReadRelationsOptions): Promise<AuditRelations> {
    const relations = new AuditRelations();
    for (const role of options.roles) relations.#unknown.delete(role);
    for (const watched of watchedKinds(options.roles)) {
      await relations.#readKind(client, watched, options);
    }
    return relations;
  }

  /** The relations that hold for objects of a namespace. */
  of(namespace: string | null): ResourceSet {
    const key = namespace ?? "";
    let set = this.#sets.get(key);
    if (set === undefined) {
      const entries = this.#store.content(namespace).entries();
      set = new ResourceSet(entries, relationOptions(namespace, [...this.#unknown].sort()));
      this.#sets.set(key, set, { size: Math.min(entries.length + 10, MOST_INDEXED) });
    }
    return set;
  }

  async #readKind(client: ClusterClient, watched: WatchedKind, options: ReadRelationsOptions): Promise<void> {
    const { signal } = options;
    let at: ServedAt | null = null;
    await this.#noting(watched, null, null, async () => {
      at = await locate(client, watched, signal ?? new AbortController().signal);
    });
    if (at !== null) await this.#readServed(client, watched, at, options);
  }

  async #readServed(
    client: ClusterClient,
    watched: WatchedKind,
    at: ServedAt,
    { namespaces, signal }: ReadRelationsOptions,
  ): Promise<void> {
    await this.#noting(watched, at, null, async () => {
      if (namespaces === null || isClusterScoped(watched, at)) {
        if (namespaces === null || watched.kind !== "Namespace") await this.#list(client, watched, at, null, signal);
        else for (const namespace of namespaces) await this.#readNamespace(client, watched, at, namespace, signal);
        return;
      }
      for (const namespace of namespaces) {
        await this.#noting(watched, at, namespace, () => this.#list(client, watched, at, namespace, signal));
      }
    });
  }

  async #list(
    client: ClusterClient,
    watched: WatchedKind,
    at: ServedAt,
    namespace: string | null,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for await (const { items } of listPages(client, pathOf(at, namespace), { signal })) {
      for (const item of items) this.#put(watched, at, item);
    }
  }

  /** One by one, for whoever may see a namespace of his own seldom may list all of them. */
  #readNamespace(
    client: ClusterClient,
    watched: WatchedKind,
    at: ServedAt,
    namespace: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return this.#noting(watched, at, namespace, async () => {
      const path = pathOf(at, null, namespace);
      this.#put(watched, at, await patiently(() => client.get(path, { signal }), signal));
    });
  }

  async #noting(
    watched: WatchedKind,
    at: ServedAt | null,
    namespace: string | null,
    read: () => Promise<void>,
  ): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (isDisconnection(error)) throw error;
      this.gaps.push({ watched, at, namespace, error });
      for (const role of watched.roles) this.#unknown.add(role);
    }
  }

  #put(watched: WatchedKind, at: ServedAt, object: JsonObject): void {
    this.#store.put(watched.name, relationObjectOf(object, watched, at));
    if (watched.kind !== "Namespace") return;
    const metadata = objectOf(object.metadata);
    const name = textOf(metadata.name);
    if (name === null) return;
    if (textOf(metadata.deletionTimestamp) !== null) this.terminating.add(name);
  }
}
