import { DIRECTIONS, RELATIONS } from "./relations-table.ts";
import { workloadEnd } from "./rows/workload-end.ts";
import type { Relation } from "./terms/relation.ts";

const prefix = "related.";

/** The names of the relations among what rules need: `scalers` for `related.scalers`. */
export function relationNames(needs: Iterable<string>): readonly string[] {
  const names = new Set<string>();
  for (const need of needs) if (need.startsWith(prefix)) names.add(need.slice(prefix.length));
  return [...names].filter((name) => DIRECTIONS.has(name)).sort();
}

/** The relations that rules need, be it by their names or for a fact, and those that these are found by. */
export function relationsFor(needs: ReadonlySet<string>): ReadonlySet<Relation> {
  const wanted = new Set<Relation>();
  const add = (relation: Relation | undefined): void => {
    if (relation === undefined || wanted.has(relation)) return;
    wanted.add(relation);
    const { match } = relation;
    if (match.by === "sharing") add(DIRECTIONS.get(match.relation)?.relation);
    if (match.by === "through") for (const name of match.relations) add(DIRECTIONS.get(name)?.relation);
  };
  for (const name of relationNames(needs)) add(DIRECTIONS.get(name)?.relation);
  for (const relation of RELATIONS) if (relation.fact !== undefined && needs.has(relation.fact)) add(relation);
  return wanted;
}

/**
 * The ends whose objects are gathered for what rules need. Those of a fact of pods are the ends that pods are held
 * against.
 */
export function rolesFor(needs: ReadonlySet<string>): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const { from, to, fact, weighs = [] } of relationsFor(needs)) {
    for (const end of [from, to]) {
      if (end.asksOnly !== true && (fact === undefined || end.role !== "workload")) roles.add(end.role);
    }
    for (const role of weighs) roles.add(role);
  }
  return roles;
}

/** Whether what workloads there are has a say in what a relation finds. */
export function dependsOnWorkloads(name: string): boolean {
  const direction = DIRECTIONS.get(name);
  if (direction === undefined) return false;
  const { match } = direction.relation;
  if (match.by === "sharing") return dependsOnWorkloads(match.relation);
  if (match.by === "through") return match.relations.some(dependsOnWorkloads);
  return match.by === "network" || direction.answers.role === workloadEnd.role;
}

/** The ends whose objects ask about workloads, for what rules need. */
export function askingRoles(needs: ReadonlySet<string>): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const { from, match } of relationsFor(needs)) if (match.by === "network") roles.add(from.role);
  for (const name of relationNames(needs)) {
    const asks = DIRECTIONS.get(name)?.asks.role;
    if (asks !== undefined && dependsOnWorkloads(name)) roles.add(asks);
  }
  return roles;
}
