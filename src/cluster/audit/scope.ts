/** A part of the cluster that is listed in one go. Who owns whom is settled within it. */
export interface Scope {
  /** Null: all namespaces at once. */
  readonly namespace: string | null;
  /** Whether objects that live in none belong to it. */
  readonly cluster: boolean;
}

/**
 * The parts that a run lists: all at once, or namespace by namespace where it is not about all of them.
 * @param wanted the namespaces that were asked for; null: all
 */
export function scopesOf(wanted: readonly string[] | null): readonly Scope[] {
  if (wanted === null) return [{ namespace: null, cluster: true }];
  return [...new Set(wanted)].sort().map((namespace): Scope => ({ namespace, cluster: false }));
}
