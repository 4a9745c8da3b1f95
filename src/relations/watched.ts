import type { End } from "./terms/relation.ts";

/** A kind that is watched in a cluster, and the ends at which its objects stand. */
export interface WatchedEnd {
  readonly kind: string;
  /** The groups to look for it in, the first that has it wins: several may serve the same objects. */
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

/**
 * The kinds to watch for some ends, each once, in the order of the ends: `endsOf(rolesFor(needs))` for what rules need.
 * An end that says nothing else is watched in all of its kinds.
 */
export function watchedOf(ends: readonly End[]): readonly WatchedEnd[] {
  const watched = new Map<string, { kind: string; groups: readonly string[]; roles: string[] }>();
  for (const { role, kinds, watched: own, asksOnly } of ends) {
    for (const each of asksOnly === true ? [] : (own ?? kinds)) {
      const slash = each.lastIndexOf("/");
      const [groups, kind] = [each.slice(0, slash).split("|"), each.slice(slash + 1)];
      const key = `${groups[0]}/${kind}`;
      const known = watched.get(key);
      if (known === undefined) watched.set(key, { kind, groups, roles: [role] });
      else if (!known.roles.includes(role)) known.roles.push(role);
    }
  }
  return [...watched.values()];
}
