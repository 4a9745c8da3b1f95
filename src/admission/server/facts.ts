import type { JsonObject } from "../../documents/document.ts";
import type { RelationOptions } from "../../resources/relations.ts";
import type { RelationEntry } from "../../resources/resource-set.ts";
import type { ReviewFacts } from "../review-facts.ts";

/** What holds for the objects of a namespace, as plain data that another thread can be handed. */
export interface RelationSnapshot {
  /** Another one where anything in it is another. */
  readonly version: string | number;
  readonly entries: readonly RelationEntry[];
  readonly options: RelationOptions;
  readonly namespaceLabels: JsonObject | null;
}

/** How far the watch of a kind is. */
export interface InformerState {
  readonly kind: string;
  /** `forbidden`: refused by RBAC. `absent`: the cluster does not serve the kind. `lost`: was in sync, is no more. */
  readonly state: "syncing" | "synced" | "forbidden" | "absent" | "lost";
  readonly detail?: string;
}

/** What a server knows of the cluster that it stands in. */
export interface ClusterFacts extends ReviewFacts {
  snapshot(namespace: string | null): RelationSnapshot;
  states(): readonly InformerState[];
}
