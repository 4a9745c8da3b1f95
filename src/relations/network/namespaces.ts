import type { JsonObject } from "../../json/value.ts";
import { type DoubtReason, LabelSet, type Labels, type UnknownLabel } from "../../resources/selectors.ts";
import type { RelationEntry } from "../terms/relation.ts";
import { namespaceName } from "./policy.ts";

/** The labels of the namespaces that the set tells of. */
export class NamespaceLabels {
  readonly #known = new Map<string, LabelSet>();

  constructor(entries: readonly RelationEntry<{ readonly labels: JsonObject }>[]) {
    for (const { rendering, name, data } of entries)
      if (data !== null) this.#known.set(`${rendering}\0${name}`, new LabelSet(data.labels));
  }

  /** The labels of a namespace, from the pod's own rendering or a plain file; all but its name in doubt if it is in neither. */
  of(name: string, rendering: string): Labels {
    const known = this.#known.get(`${rendering}\0${name}`) ?? this.#known.get(`\0${name}`);
    const unknown: UnknownLabel = { reason: "namespace-labels", detail: name, present: false };
    return {
      get(key) {
        if (key === namespaceName) return name;
        return known === undefined ? unknown : known.get(key);
      },
    };
  }
}

/** The labels of a namespace of which not even the name is known. */
export function labelsOfSomeNamespace(reason: DoubtReason, detail: string): Labels {
  const name: UnknownLabel = { reason, detail, present: true };
  const other: UnknownLabel = { reason, detail, present: false };
  return { get: (key) => (key === namespaceName ? name : other) };
}
