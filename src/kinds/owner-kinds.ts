import { OPERATORS } from "./operators.ts";

/**
 * What the controllers of a kind make, both as `group/Kind`. A reference from anything else is a forger's: anyone can
 * write an owner into his own object.
 */
export type Makes = ReadonlyMap<string, ReadonlySet<string>>;

/** Source: kubernetes/kubernetes, pkg/controller. A Pod makes nothing, but as the leader of a LeaderWorkerSet. */
const ownKinds: { readonly [owner: string]: readonly string[] } = {
  "apps/Deployment": ["apps/ReplicaSet"],
  "apps/ReplicaSet": ["/Pod"],
  "apps/StatefulSet": ["/Pod"],
  "apps/DaemonSet": ["/Pod"],
  "/ReplicationController": ["/Pod"],
  "batch/CronJob": ["batch/Job"],
  "batch/Job": ["/Pod"],
};

/** What is made for the kinds of Kubernetes, and for those of the operators that are known. */
export const MAKES: Makes = makesOf([ownKinds, ...OPERATORS.map(({ makes }) => makes)]);

/** All of these in one. */
export function makesOf(tables: readonly { readonly [owner: string]: readonly string[] }[]): Makes {
  const makes = new Map<string, Set<string>>();
  for (const table of tables) {
    for (const [owner, made] of Object.entries(table)) {
      const known = makes.get(owner);
      if (known === undefined) makes.set(owner, new Set(made));
      else for (const kind of made) known.add(kind);
    }
  }
  return makes;
}

/** Whether the controllers of the one kind make objects of the other, by the keys of both. */
export function isMadeFor(makes: Makes, owner: string, kind: string): boolean {
  return makes.get(owner)?.has(kind) === true;
}
