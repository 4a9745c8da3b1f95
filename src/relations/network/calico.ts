import { isObject, listOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { isTemplate } from "../../resources/quantity.ts";
import {
  type Doubt,
  doubtOf,
  type LabelRequirement,
  malformed,
  type Selector,
  templated,
} from "../../resources/selectors.ts";
import { calicoExpression } from "./calico-expression.ts";
import { anyOf, coversAll, type Directions, declaredDirections, isVoid, type Judged } from "./directions.ts";
import { type Expression, namespaceName, type PolicyPart, type ReadPolicy } from "./policy.ts";

/**
 * Reads a NetworkPolicy or, `clusterwide`, a GlobalNetworkPolicy of Calico
 * (https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy). Without `types` it applies to ingress
 * unless it has rules for egress alone. The rules are taken in order. A policy before DNAT or without tracking is about
 * hosts, not pods.
 */
export function readCalicoPolicy(spec: JsonObject, clusterwide: boolean): ReadPolicy {
  const selectorPath = ["spec", "selector"];
  if (clusterwide && (spec.preDNAT === true || spec.doNotTrack === true))
    return { clusterwide, selectorPath, parts: [] };
  const types = directionsOf(spec);
  const ingress = effectOf(types.ingress, spec.ingress, "source", clusterwide);
  const egress = effectOf(types.egress, spec.egress, "destination", clusterwide);
  const doubt = types.doubt ?? ingress.doubt ?? egress.doubt;
  const part: PolicyPart = { ...chosen(spec, clusterwide), ingress: ingress.effect, egress: egress.effect };
  return { clusterwide, selectorPath, parts: [doubt === undefined ? part : { ...part, doubt }] };
}

/** Whom the policy selects: the terms that must all hold as requirements, which an index can use, the rest beside them. */
function chosen(spec: JsonObject, clusterwide: boolean): { selector: Selector; expression?: Expression } {
  const terms: Expression[] = [];
  let doubt = readInto(terms, spec.selector, "pod");
  if (clusterwide) doubt = readInto(terms, spec.namespaceSelector, "namespace") ?? doubt;
  const accounts = expressionOf(spec.serviceAccountSelector, "pod");
  if ("reason" in accounts) doubt = accounts;
  else if (!isAll(accounts)) doubt = malformed;
  const requirements: LabelRequirement[] = [];
  const rest: Expression[] = [];
  for (const term of terms) {
    if ("key" in term) requirements.push(term);
    else rest.push(term);
  }
  const selector: Selector = doubt === undefined ? { requirements } : { requirements, doubt };
  return rest.length === 0 ? { selector } : { selector, expression: { all: rest } };
}

function readInto(terms: Expression[], value: JsonValue | undefined, subject: "pod" | "namespace"): Doubt | undefined {
  const expression = expressionOf(value, subject);
  if ("reason" in expression) return expression;
  if ("all" in expression) terms.push(...expression.all);
  else terms.push(expression);
  return undefined;
}

function expressionOf(value: JsonValue | undefined, subject: "pod" | "namespace"): Expression | Doubt {
  if (value === undefined || value === null) return { all: [] };
  if (typeof value !== "string" || isTemplate(value)) return doubtOf(value);
  return calicoExpression(value, subject) ?? malformed;
}

function isAll(expression: Expression): boolean {
  return "all" in expression && expression.all.length === 0;
}

function directionsOf({ types, ingress, egress }: JsonObject): Directions {
  const hasEgress = !isVoid(egress);
  return declaredDirections(types) ?? { ingress: !hasEgress || !isVoid(ingress), egress: hasEgress };
}

function effectOf(
  isolates: boolean | "unknown",
  rules: JsonValue | undefined,
  peer: "source" | "destination",
  clusterwide: boolean,
): Judged {
  if (isolates === false) return { effect: "none" };
  if (isolates === "unknown") return { effect: "unknown" };
  if (rules === undefined || rules === null) return { effect: "isolates" };
  if (!Array.isArray(rules)) return { effect: "unclear", doubt: doubtOf(rules) };
  for (const rule of rules) {
    if (!isObject(rule)) return { effect: "unclear", doubt: doubtOf(rule) };
    const all = isAboutAll(rule, peer, clusterwide);
    if (all === false || rule.action === "Log") continue;
    if (all !== true) return { effect: "unclear", doubt: all };
    if (rule.action === "Allow") return { effect: "opens" };
    // The rules after it are never reached.
    if (rule.action === "Deny") break;
    const { action } = rule;
    return { effect: "unclear", doubt: typeof action === "string" && isTemplate(action) ? templated : malformed };
  }
  return { effect: "isolates" };
}

const RESTRICTIONS = ["protocol", "notProtocol", "icmp", "notICMP", "http"];

function isAboutAll(rule: JsonObject, peer: "source" | "destination", clusterwide: boolean): boolean | Doubt {
  if (RESTRICTIONS.some((key) => (rule[key] ?? null) !== null)) return false;
  const other = peer === "source" ? rule.destination : rule.source;
  if (isObject(other) && Object.values(other).some(saysSomething)) return false;
  const entity = rule[peer] ?? null;
  if (entity === null) return true;
  return isObject(entity) ? isEveryone(entity, clusterwide) : doubtOf(entity);
}

/** A selector alone, in a policy of a namespace, is about that namespace; one of namespaces is about all their pods. */
function isEveryone(entity: JsonObject, clusterwide: boolean): boolean | Doubt {
  const named = Object.keys(entity).filter((key) => saysSomething(entity[key]));
  if (named.length === 0) return true;
  if (named.length === 1 && named[0] === "nets") {
    return anyOf(listOf(entity.nets), coversAll);
  }
  if (named.some((key) => key !== "selector" && key !== "namespaceSelector")) return false;
  if (!clusterwide && !named.includes("namespaceSelector")) return false;
  const pods = expressionOf(entity.selector, "pod");
  const namespaces = expressionOf(entity.namespaceSelector, "namespace");
  if ("reason" in pods) return pods;
  if ("reason" in namespaces) return namespaces;
  return isAll(pods) && (isAll(namespaces) || isNamedNamespace(namespaces));
}

function isNamedNamespace(expression: Expression): boolean {
  return "key" in expression && expression.operator === "Exists" && expression.key === namespaceName;
}

function saysSomething(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
