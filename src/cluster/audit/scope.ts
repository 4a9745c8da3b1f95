import { isOfShard, type Shard } from "./shard.ts";

/** A part of the cluster that is audited in one go. Who owns whom is settled within it. */
export interface Scope {
  /** Null: all namespaces at once. */
  readonly namespace: string | null;
  /** Whether objects that live in a namespace belong to it. */
  readonly namespaced: boolean;
  /** Whether objects that live in none belong to it. */
  readonly cluster: boolean;
}

/**
 * The parts that a run audits: all at once, or namespace by namespace where it is not about all of them.
 * @param wanted the namespaces that were asked for; null: all
 * @param known those that the cluster has; looked at for shards only
 */
export function scopesOf(
  wanted: readonly string[] | null,
  known: Iterable<string>,
  shard: Shard | null,
): readonly Scope[] {
  if (shard === null && wanted === null) return [{ namespace: null, namespaced: true, cluster: true }];
  const namespaces = [...new Set(wanted ?? known)].sort();
  const own = shard === null ? namespaces : namespaces.filter((namespace) => isOfShard(namespace, shard));
  const scopes = own.map((namespace): Scope => ({ namespace, namespaced: true, cluster: false }));
  const cluster = wanted === null && shard !== null && isOfShard(null, shard);
  return cluster ? [...scopes, { namespace: null, namespaced: false, cluster: true }] : scopes;
}
