import { isObject, objectOf } from "../../json/json.ts";
import type { Resource } from "../../resources/resource.ts";
import { doubtOf } from "../../resources/selectors.ts";
import type { RelationEntry } from "../terms/relation.ts";
import { isBaselineTier, readAdminPolicy } from "./admin.ts";
import { readCalicoPolicy } from "./calico.ts";
import { readCiliumPolicy } from "./cilium.ts";
import { readNetworkPolicy } from "./kubernetes.ts";
import type { ReadPolicy } from "./policy.ts";

/** What is kept of a network policy. Plain data. */
export interface PolicyData extends ReadPolicy {
  /** Which document of the file: its `place`. */
  readonly document: string;
  /** Where in the document, when it is an item of a list: `items/3`. */
  readonly at: string;
}

/** A network policy of the set. */
export type PolicyEntry = RelationEntry<PolicyData>;

/** Reads an object that is a network policy of a kind that is known; null for any other. */
export function readPolicy(resource: Resource): ReadPolicy | null {
  const { group, object, identity } = resource;
  const spec = objectOf(object.spec);
  switch (`${group}/${identity.kind}`) {
    case "networking.k8s.io/NetworkPolicy":
    case "extensions/NetworkPolicy":
      return isObject(object.spec) ? readNetworkPolicy(spec) : withoutSpec(resource, ["spec", "podSelector"], false);
    case "cilium.io/CiliumNetworkPolicy":
      return readCiliumPolicy(object, false);
    case "cilium.io/CiliumClusterwideNetworkPolicy":
      return readCiliumPolicy(object, true);
    case "crd.projectcalico.org/NetworkPolicy":
    case "projectcalico.org/NetworkPolicy":
      return isObject(object.spec) ? readCalicoPolicy(spec, false) : withoutSpec(resource, ["spec", "selector"], false);
    case "crd.projectcalico.org/GlobalNetworkPolicy":
    case "projectcalico.org/GlobalNetworkPolicy":
      return isObject(object.spec) ? readCalicoPolicy(spec, true) : withoutSpec(resource, ["spec", "selector"], true);
    case "policy.networking.k8s.io/AdminNetworkPolicy":
      return readAdminPolicy(spec, false);
    case "policy.networking.k8s.io/BaselineAdminNetworkPolicy":
      return readAdminPolicy(spec, true);
    case "policy.networking.k8s.io/ClusterNetworkPolicy":
      return readAdminPolicy(spec, isBaselineTier(spec));
    default:
      return null;
  }
}

/** A policy that says nothing at all, or says it in a template: whom it selects is in doubt, and so is what it does. */
function withoutSpec({ object }: Resource, selectorPath: string[], clusterwide: boolean): ReadPolicy {
  const doubt = doubtOf(object.spec);
  return {
    clusterwide,
    selectorPath,
    parts: [{ selector: { requirements: [], doubt }, ingress: "unknown", egress: "unknown", doubt }],
  };
}
