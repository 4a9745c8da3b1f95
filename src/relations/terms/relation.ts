import type { JsonObject } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Selector } from "../../resources/selectors.ts";
import type { WorkloadModel } from "../../workloads/workload-model.ts";
import type { RelationPod } from "./options.ts";

/** An object as relations read it. */
export interface Participant {
  readonly resource: Resource;
  /** Null for an object without pods. */
  readonly workload: WorkloadModel | null;
}

/** An object that takes part in relations, reduced to what they ask. Plain data that can be handed to another thread. */
export interface RelationEntry<Data = unknown> {
  /** The end as which it takes part. */
  readonly role: string;
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  /** As the object says. */
  readonly namespace: string | null;
  /** As the object says; "" where it has none. */
  readonly name: string;
  /** As reports show it; "" in a cluster. */
  readonly file: string;
  /** Relations look in plain files and in the own rendering; "" for a plain file. */
  readonly rendering: string;
  /** Where its `metadata.name` stands, 1-based; 0 where findings do not name it. */
  readonly line: number;
  readonly column: number;
  /** Null: the object is too large for anything but its identity to be kept. */
  readonly data: Data | null;
}

/** One end of relations: the objects that stand there, and what of them is kept. */
export interface End<Data = unknown> {
  /** Unique among the ends. */
  readonly role: string;
  /** `group/Kind` with globs; `workload` stands for every object that has pods. */
  readonly kinds: readonly string[];
  /**
   * The kinds that are watched in a cluster where they are others, with `|` between groups that may serve the same
   * objects, of which the first that is there counts.
   */
  readonly watched?: readonly string[];
  /** What was known of a cluster's objects counts until somebody knows better, however long ago that was. */
  readonly growsNotOld?: true;
  /** Its objects concern those of other namespaces. */
  readonly everywhere?: true;
  /** A deleted object counts for a while, unless it comes again: a policy that is replaced leaves no gap. */
  readonly outlives?: true;
  /** It only asks: no object is gathered for it. */
  readonly asksOnly?: true;
  /** Findings name such objects, so it is kept where they stand. */
  readonly named?: true;
  /** Null: the object takes no part. Called for objects of these kinds alone; never throws. */
  read(object: Participant): Data | null;
  /** What rules see of it beside its identity; absent: nothing. */
  show?(data: Data): JsonObject;
  /** What is left of one that is longer than any that is meant; absent: nothing but its identity. */
  withoutBulk?(data: Data): Data;
}

/** What an object is looked up by. */
export interface Key {
  /** `apps/Deployment` for a kind, or any word that both ends have in common. */
  readonly of: string;
  readonly name: string;
  /** Absent: that of the object which has the key. Null: it holds in every namespace, as a cluster-scoped object's does. */
  readonly namespace?: string | null;
}

/** Both ends name a key: a reference by kind and name, a name in a field, a namespace. */
export interface ByKey<From, To> {
  readonly by: "key";
  /** In the order in which they are tried where `first` says that one is enough. */
  from(entry: RelationEntry<From>): readonly Key[];
  /** Absent: the object's own kind and name. */
  to?(entry: RelationEntry<To>): readonly Key[];
  readonly first?: true;
  /** The kinds of which it is known what there is; of others what is not found is unknown. Absent: those of the end. */
  readonly known?: readonly string[];
}

/** The objects of one end select those of the other by labels. */
export interface BySelector<From, To> {
  readonly by: "selector";
  /** Null: it selects nothing. */
  from(entry: RelationEntry<From>): Selection | null;
  /** One is enough. */
  to(entry: RelationEntry<To>): readonly Labelled[];
}

export interface Selection {
  readonly selector: Selector;
  /** Absent: the own one. */
  readonly namespaces?: "all" | readonly string[];
}

export type Labelled = Pick<RelationPod, "labels" | "controllerLabels">;

/** A pod of a workload. */
export interface RelatedPod extends Labelled {
  /** Names of the claims that it mounts. */
  readonly claims: readonly string[];
}

/** Those that refer to the same as the object does, by another relation by key, and it is not said twice of one object. */
export interface Sharing {
  readonly by: "sharing";
  readonly relation: string;
}

/** What is found by one relation after the other. */
export interface Through {
  readonly by: "through";
  readonly relations: readonly string[];
}

/** Whom network policies select, which has an index of its own (`NetworkIndex`): it weighs what they do together. */
export interface ByNetwork {
  readonly by: "network";
}

/** How the objects of two ends find each other. */
export interface Relation<From = unknown, To = unknown> {
  /** As seen from the end that refers. */
  readonly name: string;
  /** As seen from the other. */
  readonly inverse?: string;
  readonly from: End<From>;
  readonly to: End<To>;
  readonly match: ByKey<From, To> | BySelector<From, To> | Sharing | Through | ByNetwork;
  /** What it means that the files of a run hold nothing that fits: the set should, or the cluster may. */
  readonly absence: "missing" | "unknown";
  /** Roles whose objects are gathered with its own: it weighs them too. */
  readonly weighs?: readonly string[];
  /** The fact of pods that is made of it, as rules name it under `needs`. */
  readonly fact?: "network" | "claims" | "services";
}
