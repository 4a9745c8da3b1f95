import { isTemplate } from "../../resources/quantity.ts";
import type { Doubt } from "../../resources/selectors.ts";
import type { RelationOptions } from "../terms/options.ts";
import type { PolicyEntry } from "./policy-entry.ts";
import { type Group, type Hit, PolicyIndex, type RankedPart, type Wanted } from "./policy-index.ts";

/** Parts of policies that wait until a pod asks for them: a namespace without pods needs no index. */
class LazyIndex {
  readonly parts: RankedPart[] = [];
  #index: PolicyIndex | undefined;

  find(wanted: Wanted, hits: Hit[], onMark: (group: Group) => void, doubtful: boolean): void {
    this.#index ??= new PolicyIndex(this.parts, onMark, doubtful);
    this.#index.find(wanted, hits);
  }
}

/** The policies of the plain files, or of one rendering, by the namespace that they are bound to. */
export class PolicyScope {
  readonly #options: RelationOptions;
  readonly #onMark: (group: Group) => void;
  readonly #clusterwide = new LazyIndex();
  readonly #byNamespace = new Map<string, LazyIndex>();
  /** Those that name no namespace, to be asked where they might belong to another than the default one. */
  readonly #unnamed = new LazyIndex();
  /** Those that name a namespace. */
  readonly #named = new LazyIndex();
  /** Those whose namespace is a template. */
  readonly #templated = new LazyIndex();

  constructor(options: RelationOptions, onMark: (group: Group) => void) {
    this.#options = options;
    this.#onMark = onMark;
  }

  /** In ascending order of rank. */
  add(policy: PolicyEntry, rank: number): void {
    for (const part of policy.data?.parts ?? []) {
      if (policy.data?.clusterwide === true) this.#clusterwide.parts.push({ part, rank });
      else this.#addNamespaced({ part, rank }, policy.namespace === "" ? null : policy.namespace);
    }
  }

  /** `namespace` as the pod's object says. */
  find(wanted: Wanted, namespace: string | null, hits: Hit[]): void {
    const { defaultNamespace, namespaceGiven } = this.#options;
    this.#search(this.#clusterwide, wanted, hits);
    if (namespace !== null && isTemplate(namespace)) {
      const doubt: Doubt = { reason: "template", detail: namespace };
      for (const index of [this.#named, this.#unnamed, this.#templated]) this.#search(index, wanted, hits, doubt);
      return;
    }
    const index = this.#byNamespace.get(namespace ?? defaultNamespace);
    if (index !== undefined) this.#search(index, wanted, hits);
    this.#search(this.#templated, wanted, hits, { reason: "template", detail: "" });
    if (namespaceGiven || namespace === defaultNamespace) return;
    const doubt: Doubt = { reason: "namespace-option", detail: "--namespace" };
    this.#search(namespace === null ? this.#named : this.#unnamed, wanted, hits, doubt);
  }

  #search(index: LazyIndex, wanted: Wanted, hits: Hit[], doubt?: Doubt): void {
    if (index.parts.length === 0) return;
    if (doubt === undefined) index.find(wanted, hits, this.#onMark, false);
    else index.find(inDoubt(wanted, doubt), hits, this.#onMark, true);
  }

  #addNamespaced(ranked: RankedPart, namespace: string | null): void {
    if (namespace !== null && isTemplate(namespace)) {
      this.#templated.parts.push(ranked);
      return;
    }
    (namespace === null ? this.#unnamed : this.#named).parts.push(ranked);
    const name = namespace ?? this.#options.defaultNamespace;
    const index = this.#byNamespace.get(name);
    if (index !== undefined) index.parts.push(ranked);
    else {
      const first = new LazyIndex();
      first.parts.push(ranked);
      this.#byNamespace.set(name, first);
    }
  }
}

/** The same pod, of which nothing is sure but what does not select it. */
function inDoubt(wanted: Wanted, doubt: Doubt): Wanted {
  return { ...wanted, judge: (part) => (wanted.judge(part) === false ? false : doubt) };
}
