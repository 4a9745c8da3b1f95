import { LabelSet, type Labels, type Selector, selects } from "../resources/selectors.ts";
import type { RelationOptions, RelationPod } from "./relations.ts";

/** A Service of the set that selects pods. Plain data. */
export interface ServiceEntry {
  readonly role: "service";
  readonly rendering: string;
  /** As the object says. */
  readonly namespace: string | null;
  readonly name: string;
  /** Not empty: a Service without a selector selects nothing. */
  readonly selector: Selector;
}

/** No fact names more Services than this. */
const mostNames = 100;

/** The Services of the set by the rarest label that they select by. */
export class ServiceIndex {
  readonly #options: RelationOptions;
  readonly #byLabel = new Map<string, ServiceEntry[]>();

  constructor(entries: readonly ServiceEntry[], options: RelationOptions) {
    this.#options = options;
    const counts = new Map<string, number>();
    for (const entry of entries) {
      for (const label of this.#labels(entry)) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    for (const entry of entries) {
      const labels = this.#labels(entry);
      if (labels.length === 0) continue;
      const rarest = labels.reduce((a, b) => ((counts.get(b) ?? 0) < (counts.get(a) ?? 0) ? b : a));
      const others = this.#byLabel.get(rarest);
      if (others === undefined) this.#byLabel.set(rarest, [entry]);
      else others.push(entry);
    }
  }

  /** Names of the Services that surely select the pod, sorted. */
  services(pod: RelationPod): string[] {
    if (this.#byLabel.size === 0) return [];
    const labels = new LabelSet(pod.labels);
    for (const key of Object.keys(pod.controllerLabels)) labels.setByController(key, pod.controllerLabels[key] ?? null);
    const names = new Set<string>();
    for (const rendering of pod.rendering === "" ? [""] : ["", pod.rendering])
      this.#find(labels, pod, rendering, names);
    return [...names].sort();
  }

  #find(labels: LabelSet, pod: RelationPod, rendering: string, names: Set<string>): void {
    const namespace = pod.namespace || this.#options.defaultNamespace;
    for (const [key, value] of labels.entries()) {
      if (typeof value !== "string") continue;
      for (const entry of this.#byLabel.get(placeOf(rendering, namespace, key, value)) ?? []) {
        if (names.size >= mostNames) return;
        if (selectsSurely(entry.selector, labels)) names.add(entry.name);
      }
    }
  }

  #labels({ rendering, namespace, selector }: ServiceEntry): string[] {
    const place = namespace || this.#options.defaultNamespace;
    return selector.requirements.map(({ key, values: [value = ""] }) => placeOf(rendering, place, key, value));
  }
}

function selectsSurely(selector: Selector, labels: Labels): boolean {
  return selects(selector, labels) === true;
}

function placeOf(rendering: string, namespace: string, key: string, value: string): string {
  return `${rendering}\0${namespace}\0${key}\0${value}`;
}
