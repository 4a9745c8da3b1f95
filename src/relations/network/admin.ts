import { isObject, listOf, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { isTemplate } from "../../resources/quantity.ts";
import { type Doubt, doubtOf, labelSelector, malformed, type Selector, templated } from "../../resources/selectors.ts";
import { anyOf, coversAll, isVoid, type Judged } from "./directions.ts";
import { type Effect, ofNamespace, type ReadPolicy, selectsEveryNamespace } from "./policy.ts";

/**
 * Reads an AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy
 * (https://network-policy-api.sigs.k8s.io/api-overview/). Its rules are taken in order, so the first that is about all
 * peers and all ports decides: refusing isolates, allowing opens. `baseline`: it is asked last, and can lift nothing
 * that another policy refuses.
 */
export function readAdminPolicy(spec: JsonObject, baseline: boolean): ReadPolicy {
  const ingress = directionOf(spec.ingress, "from", baseline);
  const egress = directionOf(spec.egress, "to", baseline);
  const doubt = ingress.doubt ?? egress.doubt;
  const part = { selector: subjectOf(spec.subject), ingress: ingress.effect, egress: egress.effect };
  return {
    clusterwide: true,
    selectorPath: ["spec", "subject"],
    parts: [doubt === undefined ? part : { ...part, doubt }],
  };
}

/** Whether a ClusterNetworkPolicy stands in the tier below the policies of namespaces. */
export function isBaselineTier(spec: JsonObject): boolean {
  return spec.tier === "Baseline";
}

function subjectOf(value: JsonValue | undefined): Selector {
  const selectors = namespacesAndPods(value);
  if ("doubt" in selectors) return { requirements: [], doubt: selectors.doubt };
  const { namespaces, pods } = selectors;
  const requirements = [...pods.requirements, ...ofNamespace(namespaces.requirements)];
  const doubt = pods.doubt ?? namespaces.doubt;
  return doubt === undefined ? { requirements } : { requirements, doubt };
}

type Chosen = { readonly namespaces: Selector; readonly pods: Selector } | { readonly doubt: Doubt };

/** `namespaces` alone means all their pods; `pods` has a selector for each. */
function namespacesAndPods(value: JsonValue | undefined): Chosen {
  if (!isObject(value)) return { doubt: doubtOf(value) };
  const { namespaces = null, pods = null } = value;
  if (namespaces !== null) return { namespaces: labelSelector(namespaces), pods: { requirements: [] } };
  if (!isObject(pods)) return { doubt: doubtOf(pods) };
  return { namespaces: labelSelector(pods.namespaceSelector), pods: labelSelector(pods.podSelector) };
}

function directionOf(rules: JsonValue | undefined, peers: "from" | "to", baseline: boolean): Judged {
  if (rules === undefined || rules === null) return { effect: "none" };
  if (!Array.isArray(rules)) return { effect: "unknown", doubt: doubtOf(rules) };
  let allowed = false;
  for (const rule of rules) {
    const { action } = objectOf(rule);
    const all = isAboutAll(objectOf(rule), peers);
    if (all === false) continue;
    if (all !== true) return { effect: "unknown", doubt: all };
    if (action === "Deny") return { effect: refusal(allowed, baseline) };
    if (action === "Allow" || action === "Accept") allowed = true;
    else if (action === "Pass") break;
    else return { effect: "unknown", doubt: typeof action === "string" && isTemplate(action) ? templated : malformed };
  }
  return { effect: allowed && !baseline ? "admits" : "none" };
}

function refusal(allowedBefore: boolean, baseline: boolean): Effect {
  if (baseline) return allowedBefore ? "none" : "isolates";
  return allowedBefore ? "opens" : "denies";
}

function isAboutAll(rule: JsonObject, key: "from" | "to"): boolean | Doubt {
  if (!isVoid(rule.ports) || !isVoid(rule.protocols)) return false;
  return anyOf(listOf(rule[key]), (peer) => isEveryone(objectOf(peer), key));
}

/** Of outgoing traffic, every pod of the cluster is not yet everyone: only every address is. */
function isEveryone(peer: JsonObject, key: "from" | "to"): boolean | Doubt {
  if (key === "to" || (peer.networks ?? null) !== null) {
    return anyOf(listOf(peer.networks), coversAll);
  }
  const chosen = namespacesAndPods(peer);
  if ("doubt" in chosen) return chosen.doubt;
  const { namespaces, pods } = chosen;
  if (pods.requirements.length > 0 || !everyNamespace(namespaces)) return false;
  return namespaces.doubt ?? pods.doubt ?? true;
}

function everyNamespace(selector: Selector): boolean {
  return selector.requirements.length === 0 || selectsEveryNamespace(selector);
}
