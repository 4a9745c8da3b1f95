import { BoundedMemo } from "../../budget/bounded-memo.ts";
import type { Isolation, NetworkFact, PolicyFact, PolicyName } from "../../contract/input.generated.ts";
import { isTemplate } from "../../resources/quantity.ts";
import { type Doubt, LabelSet, type SelectorVerdict, templated, type UnknownLabel } from "../../resources/selectors.ts";
import type { RelationOptions, RelationPod } from "../terms/options.ts";
import { isolationOf } from "./isolation.ts";
import { labelsOfSomeNamespace, type NamespaceLabels } from "./namespaces.ts";
import { asksNamespace, type PodSubject, type PolicyPart, selectsPod } from "./policy.ts";
import type { PolicyEntry } from "./policy-entry.ts";
import type { Group, Hit, Wanted } from "./policy-index.ts";
import { PolicyScope } from "./policy-scope.ts";

const NO_POLICY: NetworkFact = {
  ingress: { state: "not-isolated", reason: null, policies: [], open: [] },
  egress: { state: "not-isolated", reason: null, policies: [], open: [] },
};

/** What can be said where no policy could be asked for. */
const UNASKED: NetworkFact = { ingress: unasked(NO_POLICY.ingress), egress: unasked(NO_POLICY.egress) };

/** A policy that is not known may isolate what the known ones leave open, and open what they isolate; what they open stays so. */
function unasked(isolation: Isolation): Isolation {
  const isSure = isolation.state === "isolated" && isolation.open.length > 0;
  return isolation.state === "unknown" || isSure ? isolation : { ...isolation, state: "unknown", reason: "no-cluster" };
}

/**
 * Pods of one kind are many, kinds are few; a run of nothing but different ones must not keep them all. In bytes of what
 * they say of themselves.
 */
const usuallyRemembered = 16 << 20;
/** Whoever has more labels than this, in characters, is not like many others. */
const longestRemembered = 16 << 10;

/** Which policies of the set select a pod, and what they say of its traffic. Remembers which of them selected any. */
export class NetworkIndex {
  readonly #policies: readonly PolicyEntry[];
  readonly #options: RelationOptions;
  readonly #namespaces: NamespaceLabels;
  readonly #scopes = new Map<string, PolicyScope>();
  readonly #facts: BoundedMemo<NetworkFact>;
  /** By rank: 0 selects no pod so far, 1 perhaps, 2 surely. */
  readonly #marks: Uint8Array;
  /** All policies that there are can be asked. */
  readonly #complete: boolean;

  /** `policies` by rank. */
  constructor(policies: readonly PolicyEntry[], namespaces: NamespaceLabels, options: RelationOptions) {
    this.#policies = policies;
    this.#options = options;
    this.#facts = new BoundedMemo(options.mostRemembered ?? usuallyRemembered, longestRemembered);
    this.#complete = options.unknownRoles?.includes("policy") !== true;
    this.#namespaces = namespaces;
    this.#marks = new Uint8Array(policies.length);
    const onMark = (group: Group): void => {
      for (const rank of group.ranks) this.raise(rank, group.mark);
    };
    for (const [rank, policy] of policies.entries()) {
      let scope = this.#scopes.get(policy.rendering);
      if (scope === undefined) {
        scope = new PolicyScope(options, onMark);
        this.#scopes.set(policy.rendering, scope);
      }
      scope.add(policy, rank);
    }
  }

  /** What the policies say of a pod's traffic. The same object for pods that are alike: not to be changed. */
  network(pod: RelationPod): NetworkFact {
    if (this.#policies.length === 0) return this.#complete ? NO_POLICY : UNASKED;
    const key = JSON.stringify([pod.rendering, pod.namespace, pod.labels, pod.controllerLabels]);
    const known = this.#facts.get(key);
    if (known !== undefined) return known;
    const fact = this.#judge(pod);
    this.#facts.set(key, fact);
    return fact;
  }

  /** Whether a policy selected a pod so far; null for one that is about no pods. */
  policy(rank: number): PolicyFact | null {
    const policy = this.#policies[rank];
    if (policy === undefined || policy.data === null || policy.data.parts.length === 0) return null;
    const { selectorPath, parts } = policy.data;
    const path = [...selectorPath];
    const mark = this.#marks[rank];
    if (mark === 2) return { selects: "pods", path };
    const doubt = parts.map(ownDoubt).find((each) => each !== undefined);
    if (doubt !== undefined) return { selects: "unknown", path, reason: doubt.reason };
    return { selects: mark === 1 ? "unknown" : "nothing", path };
  }

  /** The ranks of the policies that selected a pod, or may have. */
  *marked(): Generator<{ rank: number; mark: number }> {
    for (const [rank, mark] of this.#marks.entries()) {
      if (mark > 0) yield { rank, mark };
    }
  }

  /** Takes over that a policy selects pods (2), or may (1). */
  raise(rank: number, mark: number): void {
    if (mark > (this.#marks[rank] ?? 2)) this.#marks[rank] = mark;
  }

  #judge(pod: RelationPod): NetworkFact {
    const hits: Hit[] = [];
    const wanted = this.#wanted(pod);
    const namespace = pod.namespace === "" ? null : pod.namespace;
    this.#scopes.get("")?.find(wanted, namespace, hits);
    if (pod.rendering !== "") this.#scopes.get(pod.rendering)?.find(wanted, namespace, hits);
    const nameOf = (rank: number): PolicyName => {
      const { kind, namespace, name } = this.#policies[rank] as PolicyEntry;
      return { kind, namespace, name };
    };
    const ingress = isolationOf(hits, "ingress", nameOf);
    const egress = isolationOf(hits, "egress", nameOf);
    return this.#complete ? { ingress, egress } : { ingress: unasked(ingress), egress: unasked(egress) };
  }

  #wanted(pod: RelationPod): Wanted {
    const labels = new LabelSet(pod.labels);
    for (const key of Object.keys(pod.controllerLabels)) labels.setByController(key, pod.controllerLabels[key] ?? null);
    const written = pod.namespace === "" ? null : pod.namespace;
    if (written !== null && isTemplate(written)) {
      const doubt: Doubt = { reason: "template", detail: written };
      const subject = { pod: labels, namespace: labelsOfSomeNamespace("template", written) };
      return { labels, namespace: { ...doubt, present: true }, judge: (part) => selectsPod(part, subject) };
    }
    const name = written ?? this.#options.defaultNamespace;
    const subject = { pod: labels, namespace: this.#namespaces.of(name, pod.rendering) };
    if (written !== null || this.#options.namespaceGiven) {
      return { labels, namespace: name, judge: (part) => selectsPod(part, subject) };
    }
    const elsewhere = { pod: labels, namespace: labelsOfSomeNamespace("namespace-option", "--namespace") };
    const namespace: UnknownLabel = { reason: "namespace-option", detail: "--namespace", present: true };
    return { labels, namespace, judge: (part) => selectsDisplaced(part, subject, elsewhere) };
  }
}

/** Of a pod whose namespace is only the default one: not selected there, but perhaps in another, is a doubt. */
function selectsDisplaced(part: PolicyPart, subject: PodSubject, elsewhere: PodSubject): SelectorVerdict {
  const verdict = selectsPod(part, subject);
  if (verdict === true || !asksNamespace(part)) return verdict;
  const anywhere = selectsPod(part, elsewhere);
  return verdict === false || anywhere === false ? anywhere : verdict;
}

/** Why a part's selector cannot be evaluated, whatever pods there are. */
function ownDoubt({ selector }: PolicyPart): Doubt | undefined {
  return selector.doubt ?? (selector.requirements.some(({ template }) => template === true) ? templated : undefined);
}
