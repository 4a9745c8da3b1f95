import { isObject, listOf, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import {
  type Doubt,
  doubtOf,
  type LabelRequirement,
  labelSelector,
  malformed,
  type Selector,
} from "../../resources/selectors.ts";
import { anyOf, coversAll, isVoid, type Judged } from "./directions.ts";
import { namespaceName, type PolicyPart, type ReadPolicy } from "./policy.ts";

/**
 * Reads a CiliumNetworkPolicy or, `clusterwide`, a CiliumClusterwideNetworkPolicy
 * (https://docs.cilium.io/en/stable/security/policy/language/): `spec` and every item of `specs`. One that selects nodes
 * is about no pods. An endpoint is isolated by a section that holds a rule, an empty rule too, which allows nothing.
 */
export function readCiliumPolicy(object: JsonObject, clusterwide: boolean): ReadPolicy {
  const rules = [...(object.spec === undefined || object.spec === null ? [] : [object.spec]), ...listOf(object.specs)];
  const parts = rules.map((rule) => readRule(rule, clusterwide)).filter((part) => part !== null);
  const selectorPath = object.spec === undefined || object.spec === null ? ["specs"] : ["spec", "endpointSelector"];
  return { clusterwide, selectorPath, parts };
}

function readRule(rule: JsonValue, clusterwide: boolean): PolicyPart | null {
  if (!isObject(rule)) {
    const doubt = doubtOf(rule);
    return { selector: { requirements: [], doubt }, ingress: "unknown", egress: "unknown", doubt };
  }
  const { endpointSelector = null, nodeSelector = null } = rule;
  if (endpointSelector === null && nodeSelector !== null) return null;
  const ingress = directionOf(rule, "ingress", "from", clusterwide);
  const egress = directionOf(rule, "egress", "to", clusterwide);
  const selector: Selector =
    endpointSelector === null ? { requirements: [], doubt: malformed } : endpointsOf(endpointSelector, clusterwide);
  const doubt = ingress.doubt ?? egress.doubt;
  const part = { selector, ingress: ingress.effect, egress: egress.effect };
  return doubt === undefined ? part : { ...part, doubt };
}

/** The same selector in terms of the pod's and its namespace's labels. */
function endpointsOf(value: JsonValue, clusterwide: boolean): Selector {
  const read = labelSelector(value);
  const requirements: LabelRequirement[] = [];
  let { doubt } = read;
  for (const requirement of read.requirements) {
    const meant = translate(requirement);
    if (meant === null) doubt = malformed;
    // A policy of a namespace is about that namespace, whatever its selector says of namespaces.
    else if (clusterwide || meant.key !== namespaceName) requirements.push(meant);
  }
  return doubt === undefined ? { requirements } : { requirements, doubt };
}

const NAMESPACE_LABEL = "io.cilium.k8s.namespace.labels.";

/** Null for a label that Cilium sets and that no manifest shows. */
function translate(requirement: LabelRequirement): LabelRequirement | null {
  const colon = requirement.key.indexOf(":");
  const source = colon < 0 ? "" : requirement.key.slice(0, colon);
  // No pod of a cluster has a reserved label, and no label of Kubernetes a colon: kept as it is, it is simply absent.
  if (source === "reserved") return requirement;
  if (source !== "" && source !== "k8s" && source !== "any") return null;
  const key = requirement.key.slice(colon + 1);
  if (key === "io.kubernetes.pod.namespace") return { ...requirement, key: namespaceName, namespace: true };
  if (key.startsWith(NAMESPACE_LABEL)) {
    return { ...requirement, key: key.slice(NAMESPACE_LABEL.length), namespace: true };
  }
  return key.startsWith("io.cilium.k8s.policy.") || key === "" ? null : { ...requirement, key };
}

function directionOf(
  rule: JsonObject,
  section: "ingress" | "egress",
  peers: "from" | "to",
  clusterwide: boolean,
): Judged {
  const { [section]: allowed = null, [`${section}Deny`]: denied = null } = rule;
  for (const list of [allowed, denied]) {
    if (list !== null && !Array.isArray(list)) return { effect: "unknown", doubt: doubtOf(list) };
  }
  const allows = listOf(allowed);
  const denies = listOf(denied);
  if (allows.length === 0 && denies.length === 0) return { effect: "none" };
  const { [section]: byDefault = null } = objectOf(rule.enableDefaultDeny);
  if (byDefault !== null && typeof byDefault !== "boolean") return { effect: "unknown", doubt: doubtOf(byDefault) };
  if (denies.some((each) => isObject(each) && coversEveryone(each, peers, clusterwide) === true)) {
    return { effect: "denies" };
  }
  const open = anyOf(allows, (each) => {
    return isObject(each) ? coversEveryone(each, peers, clusterwide) : each === null ? false : doubtOf(each);
  });
  if (byDefault === false) return { effect: "none" };
  if (typeof open === "boolean") return { effect: open ? "opens" : "isolates" };
  return { effect: "unclear", doubt: open };
}

const EVERYONE = new Set<JsonValue>(["all", "world", "cluster"]);
const RESTRICTIONS = ["toPorts", "icmps", "fromRequires", "toRequires"];

/** Whether a rule is about all peers, without ports. A rule without any peer is about none. */
function coversEveryone(rule: JsonObject, peers: "from" | "to", clusterwide: boolean): boolean | Doubt {
  if (!RESTRICTIONS.every((key) => isVoid(rule[key]))) return false;
  if (listOf(rule[`${peers}Entities`]).some((entity) => EVERYONE.has(entity))) return true;
  const verdicts = [
    anyOf(listOf(rule[`${peers}CIDR`]), coversAll),
    anyOf(listOf(rule[`${peers}CIDRSet`]), (set) => {
      const { cidr, except } = objectOf(set);
      return cidr !== undefined && isVoid(except) && coversAll(cidr);
    }),
    anyOf(listOf(rule[`${peers}Endpoints`]), (endpoints) => areAllEndpoints(endpoints, clusterwide)),
  ];
  return anyOf(verdicts, (verdict) => verdict);
}

/** In a policy of a namespace, a selector that does not speak of namespaces is about that namespace alone. */
function areAllEndpoints(value: JsonValue, clusterwide: boolean): boolean | Doubt {
  const selector = endpointsOf(value, true);
  const namespaced = selector.requirements.some((requirement) => requirement.namespace === true);
  if (!clusterwide && !namespaced) return false;
  const all = selector.requirements.every(
    ({ key, operator, namespace }) => namespace === true && key === namespaceName && operator === "Exists",
  );
  return all ? (selector.doubt ?? true) : false;
}
