import { isObject } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { type Doubt, doubtOf, labelSelector, malformed } from "../../resources/selectors.ts";
import { anyOf, coversAll, type Directions, declaredDirections, isVoid, type Judged } from "./directions.ts";
import { type ReadPolicy, selectsEveryNamespace } from "./policy.ts";

/**
 * Reads a NetworkPolicy as the API server does (https://kubernetes.io/docs/concepts/services-networking/network-policies/):
 * without `policyTypes` it isolates ingress, and egress where it has a rule for it; a list of rules that is absent,
 * null or empty allows nothing; a rule without peers and ports allows everything.
 */
export function readNetworkPolicy(spec: JsonObject): ReadPolicy {
  const types = directionsOf(spec);
  const ingress = effectOf(types.ingress, spec.ingress, "from");
  const egress = effectOf(types.egress, spec.egress, "to");
  const doubt = types.doubt ?? ingress.doubt ?? egress.doubt;
  const part = { selector: labelSelector(spec.podSelector), ingress: ingress.effect, egress: egress.effect };
  return {
    clusterwide: false,
    selectorPath: ["spec", "podSelector"],
    parts: [doubt === undefined ? part : { ...part, doubt }],
  };
}

function directionsOf({ policyTypes, egress }: JsonObject): Directions {
  return declaredDirections(policyTypes) ?? { ingress: true, egress: !isVoid(egress) };
}

function effectOf(isolates: boolean | "unknown", rules: JsonValue | undefined, peers: "from" | "to"): Judged {
  if (isolates === false) return { effect: "none" };
  if (isolates === "unknown") return { effect: "unknown" };
  if (rules === undefined || rules === null) return { effect: "isolates" };
  if (!Array.isArray(rules)) return { effect: "unclear", doubt: doubtOf(rules) };
  const open = anyOf(rules, (rule) => allowsAll(rule, peers));
  if (typeof open === "boolean") return { effect: open ? "opens" : "isolates" };
  return { effect: "unclear", doubt: open };
}

/** Whether a rule allows all: no ports, and no peers or one that is everything. A null rule is an empty one. */
function allowsAll(rule: JsonValue, key: "from" | "to"): boolean | Doubt {
  if (rule === null) return true;
  if (!isObject(rule)) return doubtOf(rule);
  const { ports = null, [key]: peers = null } = rule;
  if (ports !== null && !Array.isArray(ports)) return doubtOf(ports);
  if (ports !== null && ports.length > 0) return false;
  if (peers === null) return true;
  if (!Array.isArray(peers)) return doubtOf(peers);
  if (peers.length === 0) return true;
  return anyOf(peers, isEveryone);
}

function isEveryone(peer: JsonValue): boolean | Doubt {
  if (!isObject(peer)) return doubtOf(peer);
  const { ipBlock = null, namespaceSelector = null, podSelector = null } = peer;
  if (ipBlock !== null) return isEveryAddress(ipBlock);
  if (namespaceSelector === null) return podSelector === null ? malformed : false;
  const namespaces = labelSelector(namespaceSelector);
  const pods = labelSelector(podSelector);
  if (pods.requirements.length > 0) return false;
  if (namespaces.requirements.length > 0 && !selectsEveryNamespace(namespaces)) return false;
  return namespaces.doubt ?? pods.doubt ?? true;
}

function isEveryAddress(block: JsonValue): boolean | Doubt {
  if (!isObject(block)) return doubtOf(block);
  const { cidr, except = null } = block;
  const everything = coversAll(cidr);
  if (everything === false) return false;
  if (except === null || (Array.isArray(except) && except.length === 0)) return everything;
  return Array.isArray(except) ? false : doubtOf(except);
}
