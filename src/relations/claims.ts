import type { ClaimFact } from "../contract/input.generated.ts";
import { isTemplate } from "../resources/quantity.ts";
import type { RelationOptions } from "./relations.ts";

/** A PersistentVolumeClaim of the set. Plain data. */
export interface ClaimEntry {
  readonly role: "claim";
  readonly rendering: string;
  /** As the object says. */
  readonly namespace: string | null;
  readonly name: string;
  readonly accessModes: readonly string[];
}

/** The claims of the set by namespace and name. */
export class ClaimIndex {
  readonly #options: RelationOptions;
  readonly #byPlace = new Map<string, ClaimEntry>();
  /** By rendering and name: whether some that names a namespace, or names none, has it. */
  readonly #named = new Set<string>();
  readonly #unnamed = new Set<string>();

  constructor(entries: readonly ClaimEntry[], options: RelationOptions) {
    this.#options = options;
    for (const entry of entries) {
      const namespace = entry.namespace || null;
      const place = placeOf(entry.rendering, namespace ?? options.defaultNamespace, entry.name);
      if (!this.#byPlace.has(place)) this.#byPlace.set(place, entry);
      const somewhere = placeOf(entry.rendering, "", entry.name);
      (namespace === null ? this.#unnamed : this.#named).add(somewhere);
    }
  }

  /**
   * The claim of a name that a pod of a namespace (as its object says) mounts. Not found is `no` only where the set is
   * the cluster's and nothing but its namespace keeps a claim from being the one.
   */
  claim(name: string, namespace: string | null, rendering: string): ClaimFact {
    const renderings = rendering === "" ? [""] : [rendering, ""];
    const written = namespace || null;
    for (const each of renderings) {
      const entry = this.#byPlace.get(placeOf(each, written ?? this.#options.defaultNamespace, name));
      if (entry !== undefined) return { found: "yes", accessModes: [...entry.accessModes] };
    }
    const { cluster, unknownRoles } = this.#options;
    const known =
      cluster && unknownRoles?.includes("claim") !== true && !isTemplate(name) && !isTemplate(written ?? "");
    return { found: known && !this.#isElsewhere(name, written, renderings) ? "no" : "unknown", accessModes: [] };
  }

  #isElsewhere(name: string, namespace: string | null, renderings: readonly string[]): boolean {
    if (this.#options.namespaceGiven || namespace === this.#options.defaultNamespace) return false;
    const others = namespace === null ? this.#named : this.#unnamed;
    return renderings.some((rendering) => others.has(placeOf(rendering, "", name)));
  }
}

function placeOf(rendering: string, namespace: string, name: string): string {
  return `${rendering}\0${namespace}\0${name}`;
}
