import type { Told } from "../facts/terms/fact.ts";
import type { JsonObject } from "../json/value.ts";
import { ENDS } from "../relations/relations-table.ts";
import { ResourceSet } from "../relations/resource-set.ts";
import type { RelationOptions } from "../relations/terms/options.ts";
import type { ExemptionRecord } from "./exemption-record.ts";
import type { OwnerChain } from "./owner-chain.ts";

/** What a review may know of the cluster. Synchronous: whatever it takes to know it was done before. */
export interface ReviewFacts {
  /**
   * The relations that hold for the objects of a namespace; null: for objects that live in none. What is not in sync is
   * unknown in it, and never absent.
   */
  relations(namespace: string | null): ResourceSet;
  /** The labels of a namespace, or null where they are not known. */
  namespaceLabels(namespace: string): JsonObject | null;
  /** What was found out to `Reviewer.questions`; absent where there is nobody to ask. */
  readonly told?: Told;
  /** Who stands behind the object that `Reviewer.owned` names; absent where it names none, or there is no cluster. */
  readonly owners?: OwnerChain;
  /**
   * What administrators wrote for objects of a namespace; null: for objects that live in none. Ended ones may be among
   * them. Absent, or nothing, where that is not known.
   */
  exemptions?(namespace: string | null): readonly ExemptionRecord[];
}

/** The same facts, and what was found out for one request. */
export function toldAlso(facts: ReviewFacts, more: Pick<ReviewFacts, "told" | "owners">): ReviewFacts {
  return {
    relations: (namespace) => facts.relations(namespace),
    namespaceLabels: (namespace) => facts.namespaceLabels(namespace),
    exemptions: (namespace) => facts.exemptions?.(namespace) ?? [],
    ...(facts.told === undefined ? {} : { told: facts.told }),
    ...(facts.owners === undefined ? {} : { owners: facts.owners }),
    ...more,
  };
}

/** Where there is no cluster to ask. */
export function noFacts(): ReviewFacts {
  const sets = new Map<string | null, ResourceSet>();
  return {
    relations(namespace) {
      // Namespaces are few; whoever invents them by the thousand gains nothing but a new set.
      if (sets.size >= mostSets) sets.clear();
      let set = sets.get(namespace);
      if (set === undefined) {
        set = new ResourceSet([], relationOptions(namespace, [...ENDS.keys()]));
        sets.set(namespace, set);
      }
      return set;
    },
    namespaceLabels: () => null,
  };
}

const mostSets = 1024;
/** The pods of a Job have labels that no other has: what each was told is not to be kept for all namespaces. In bytes. */
const mostRemembered = 128 << 10;

/** How relations of a cluster are read for the objects of a namespace. */
export function relationOptions(namespace: string | null, unknownRoles: readonly string[]): RelationOptions {
  return {
    defaultNamespace: namespace ?? "default",
    namespaceGiven: true,
    cluster: true,
    unknownRoles,
    mostRemembered,
  };
}
