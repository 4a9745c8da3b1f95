import type { JsonObject } from "../../json/value.ts";
import type { RelationOptions } from "../../relations/terms/options.ts";
import type { RelationEntry } from "../../relations/terms/relation.ts";
import type { ExemptionRecord } from "../exemption-record.ts";
import type { BrokenRecord } from "../exemption-records.ts";
import type { ReviewFacts } from "../review-facts.ts";

/** What holds for the objects of a namespace, as plain data that another thread can be handed. */
export interface RelationSnapshot {
  /** Another one where anything in it is another. */
  readonly version: string | number;
  readonly entries: readonly RelationEntry[];
  readonly options: RelationOptions;
  readonly namespaceLabels: JsonObject | null;
  /** Of break-glass, for the objects of the namespace. */
  readonly exemptions?: readonly ExemptionRecord[];
}

/** What is known of the records of break-glass. */
export interface ExemptionsReport {
  /** `namespace/name` of the ConfigMap. */
  readonly configMap: string;
  /** As of an informer: unless it is `synced`, no record lets anything in. */
  readonly state: InformerState["state"];
  readonly inForce: number;
  readonly ended: number;
  /** What stands there and is no record. */
  readonly broken: readonly BrokenRecord[];
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
