import type { UnknownRole } from "../relations/relations.ts";
import type { RelationRole } from "../relations/resource-set.ts";
import { type Getter, type ServedKind, servedKinds } from "./discovery.ts";

/** A kind of objects that relations ask for. */
export interface WatchedKind {
  /** `Namespace`, `NetworkPolicy.networking.k8s.io`: what people read, and unique. */
  readonly name: string;
  readonly kind: string;
  readonly role: RelationRole;
  /** Where it is served; null where discovery has to tell. */
  readonly at: ServedAt | null;
  /** The groups to look for it in, the first that has it wins: several may serve the same objects. */
  readonly groups: readonly string[];
}

export type ServedAt = Pick<ServedKind, "group" | "version" | "plural">;

/**
 * The kinds that relations ask for, with the groups that `readPolicy` knows. Calico's own objects come first, for its
 * API server only shows them again, and asks for a permission on each tier.
 */
export const watchedKinds: readonly WatchedKind[] = [
  builtIn("Namespace", "namespace", "", "namespaces"),
  builtIn("PersistentVolumeClaim", "claim", "", "persistentvolumeclaims"),
  builtIn("Service", "service", "", "services"),
  builtIn("NetworkPolicy", "policy", "networking.k8s.io", "networkpolicies"),
  custom("CiliumNetworkPolicy", "cilium.io"),
  custom("CiliumClusterwideNetworkPolicy", "cilium.io"),
  custom("NetworkPolicy", "crd.projectcalico.org", "projectcalico.org"),
  custom("GlobalNetworkPolicy", "crd.projectcalico.org", "projectcalico.org"),
  custom("AdminNetworkPolicy", "policy.networking.k8s.io"),
  custom("BaselineAdminNetworkPolicy", "policy.networking.k8s.io"),
  custom("ClusterNetworkPolicy", "policy.networking.k8s.io"),
];

/** Whether relations can be told that objects of a role are not known; of others, what was known last is the best there is. */
export function mayBeUnknown(role: RelationRole): role is UnknownRole {
  return role === "policy" || role === "claim";
}

/**
 * Where a kind is served, or null if it is not installed.
 *
 * @throws ApiError where discovery is refused, TransportError where there is no answer
 */
export async function locate(client: Getter, watched: WatchedKind, signal: AbortSignal): Promise<ServedAt | null> {
  if (watched.at !== null) return watched.at;
  for (const group of watched.groups) {
    const served = await servedKinds(client, group, { signal });
    const found = served.find(({ kind, verbs }) => kind === watched.kind && verbs.includes("watch"));
    if (found !== undefined) return found;
  }
  return null;
}

function builtIn(kind: string, role: RelationRole, group: string, plural: string): WatchedKind {
  const name = group === "" ? kind : `${kind}.${group}`;
  return { name, kind, role, at: { group, version: "v1", plural }, groups: [group] };
}

function custom(kind: string, group: string, ...others: string[]): WatchedKind {
  return { name: `${kind}.${group}`, kind, role: "policy", at: null, groups: [group, ...others] };
}
