import type { Path } from "../../json/value.ts";
import {
  type Doubt,
  type LabelRequirement,
  type Labels,
  meets,
  not,
  type Selector,
  type SelectorVerdict,
  selects,
} from "../../resources/selectors.ts";

/**
 * What a policy does to one direction of the traffic of the pods that it selects.
 *
 * - `none`: nothing
 * - `isolates`: only what some policy allows gets through
 * - `opens`: isolates, and allows all, which undoes what the others isolate
 * - `denies`: refuses all, and no other policy's allowing counts against that
 * - `admits`: isolates nothing by itself, and allows all before other policies are asked
 * - `unclear`: isolates, and nobody can say whether it allows all
 * - `unknown`: nobody can say whether it isolates
 */
export type Effect = "none" | "isolates" | "opens" | "denies" | "admits" | "unclear" | "unknown";

/** A condition of its own grammar (Calico's), where a list of requirements does not hold it. */
export type Expression =
  | LabelRequirement
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] }
  | { readonly not: Expression };

/** One selector of a policy, and what the policy does to whom it selects. Plain data. */
export interface PolicyPart {
  readonly selector: Selector;
  /** Must hold as well. */
  readonly expression?: Expression;
  readonly ingress: Effect;
  readonly egress: Effect;
  /** Why an effect is unclear or unknown. */
  readonly doubt?: Doubt;
}

/** What a document of a policy comes down to. */
export interface ReadPolicy {
  /** Its selectors are about all namespaces, not about its own. */
  readonly clusterwide: boolean;
  /** The field that says which pods it selects. */
  readonly selectorPath: Path;
  /** Empty for a policy that is about no pods (of nodes). */
  readonly parts: readonly PolicyPart[];
}

/** The labels that a part of a policy is held against. */
export interface PodSubject {
  readonly pod: Labels;
  readonly namespace: Labels;
}

/** Whether a part of a policy selects a pod, its namespace left aside where the policy is bound to one. */
export function selectsPod(part: PolicyPart, subject: PodSubject): SelectorVerdict {
  let verdict: SelectorVerdict = part.selector.doubt ?? true;
  for (const requirement of part.selector.requirements) {
    const met = holds(requirement, subject);
    if (met === false) return false;
    if (met !== true && verdict === true) verdict = met;
  }
  if (part.expression === undefined) return verdict;
  const met = holds(part.expression, subject);
  return met === true ? verdict : met === false || verdict === true ? met : verdict;
}

/** Whether an expression holds: false and true outweigh a doubt where they decide. */
export function holds(expression: Expression, subject: PodSubject): SelectorVerdict {
  if ("key" in expression) return meets(expression, expression.namespace === true ? subject.namespace : subject.pod);
  if ("not" in expression) return not(holds(expression.not, subject));
  const [terms, decisive] = "all" in expression ? [expression.all, false] : [expression.any, true];
  let verdict: SelectorVerdict = !decisive;
  for (const term of terms) {
    const met = holds(term, subject);
    if (met === decisive) return decisive;
    if (typeof met !== "boolean" && typeof verdict === "boolean") verdict = met;
  }
  return verdict;
}

/** Whether the answer for a part hangs on the pod's namespace or its labels. */
export function asksNamespace(part: PolicyPart): boolean {
  return (
    part.selector.requirements.some((requirement) => requirement.namespace === true) ||
    (part.expression !== undefined && mentionsNamespace(part.expression))
  );
}

function mentionsNamespace(expression: Expression): boolean {
  if ("key" in expression) return expression.namespace === true;
  if ("not" in expression) return mentionsNamespace(expression.not);
  return ("all" in expression ? expression.all : expression.any).some(mentionsNamespace);
}

/** The label that Kubernetes itself gives every namespace: its name. */
export const namespaceName = "kubernetes.io/metadata.name";

const anyNamespace: Labels = {
  get: (key) => (key === namespaceName ? { reason: "namespace-labels", detail: key, present: true } : undefined),
};

/** Whether a selector of namespaces selects every one: empty, or asking for what every namespace has. */
export function selectsEveryNamespace(selector: Selector): boolean {
  return (
    selects(selector, anyNamespace) === true && selector.requirements.every(({ operator }) => operator === "Exists")
  );
}

/** The requirements of a selector of namespaces, marked as such. */
export function ofNamespace(requirements: readonly LabelRequirement[]): LabelRequirement[] {
  return requirements.map((requirement) => ({ ...requirement, namespace: true }));
}
