import { claims } from "./rows/claims.ts";
import { namespace } from "./rows/namespaces.ts";
import { networkPolicies } from "./rows/network-policies.ts";
import { replicasOwner } from "./rows/replicas-owner.ts";
import { canaryTarget, rivals, target } from "./rows/scaling.ts";
import { services } from "./rows/services.ts";
import type { End, Relation } from "./terms/relation.ts";

/** Every relation between objects: to add one, add a row. */
export const RELATIONS: readonly Relation[] = [
  namespace,
  claims,
  services,
  networkPolicies,
  target,
  rivals,
  canaryTarget,
  replicasOwner,
];

/** The ends of the relations, by role. */
export const ENDS: ReadonlyMap<string, End> = new Map(
  RELATIONS.flatMap(({ from, to }) => [from, to]).map((end) => [end.role, end]),
);

/** A relation as an object asks for it: by its name, or by that which it has from the other end. */
export interface Direction {
  readonly relation: Relation;
  readonly side: "from" | "to";
  /** The end that asks, and the one that answers. */
  readonly asks: End;
  readonly answers: End;
}

/** By the names under which rules ask: `target`, `scalers`. */
export const DIRECTIONS: ReadonlyMap<string, Direction> = new Map(
  RELATIONS.flatMap((relation): (readonly [string, Direction])[] => {
    const { name, inverse, from, to } = relation;
    const forward = [name, { relation, side: "from", asks: from, answers: to }] as const;
    return inverse === undefined ? [forward] : [forward, [inverse, { relation, side: "to", asks: to, answers: from }]];
  }),
);
