import { malformed } from "../../resources/selectors.ts";
import { type PolicyData, readPolicy } from "../network/policy-entry.ts";
import type { End, Relation } from "../terms/relation.ts";
import { namespaceEnd } from "./namespaces.ts";
import { type WorkloadData, workloadEnd } from "./workload-end.ts";

const inDoubt = { requirements: [], doubt: malformed };

/** Every kind of network policy, in the groups that `readPolicy` knows. */
export const policyEnd: End<PolicyData> = {
  role: "policy",
  kinds: [
    "networking.k8s.io/NetworkPolicy",
    "extensions/NetworkPolicy",
    "cilium.io/CiliumNetworkPolicy",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
  ],
  // Calico's own objects come first, for its API server only shows them again, and asks for a permission on each tier.
  watched: [
    "networking.k8s.io/NetworkPolicy",
    "cilium.io/CiliumNetworkPolicy",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "crd.projectcalico.org|projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org|projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
  ],
  outlives: true,
  read({ resource }) {
    const policy = readPolicy(resource);
    if (policy === null) return null;
    return { document: resource.document.place, at: resource.at.join("/"), ...policy };
  },
  // Of one that is longer than any that is meant nobody can say whom it selects.
  withoutBulk: (policy) => ({
    ...policy,
    parts: [{ selector: inDoubt, ingress: "unknown", egress: "unknown", doubt: malformed }],
  }),
};

/** The pods that a network policy selects. */
export const networkPolicies: Relation<PolicyData, WorkloadData> = {
  name: "isolated",
  inverse: "policies",
  from: policyEnd,
  to: workloadEnd,
  match: { by: "network" },
  absence: "missing",
  weighs: [namespaceEnd.role],
  fact: "network",
};
