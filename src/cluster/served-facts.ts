import type { ExemptionRecord } from "../admission/exemption-record.ts";
import { isInForce } from "../admission/exemption-records.ts";
import type { ClusterFacts, ExemptionsReport, InformerState, RelationSnapshot } from "../admission/server/facts.ts";
import type { JsonObject } from "../json/value.ts";
import type { ResourceSet } from "../relations/resource-set.ts";
import type { ExemptionWatch } from "./exemption-watch.ts";
import type { ClusterRelations } from "./relations.ts";

/** All that a server watches: the relations of objects, and the records of break-glass. */
export class ServedFacts implements ClusterFacts {
  readonly #relations: ClusterRelations;
  /** Null: there are none. */
  readonly #exemptions: ExemptionWatch | null;

  constructor(relations: ClusterRelations, exemptions: ExemptionWatch | null) {
    this.#relations = relations;
    this.#exemptions = exemptions;
  }

  relations(namespace: string | null): ResourceSet {
    return this.#relations.relations(namespace);
  }

  namespaceLabels(namespace: string): JsonObject | null {
    return this.#relations.namespaceLabels(namespace);
  }

  exemptions(namespace: string | null): readonly ExemptionRecord[] {
    return this.#exemptions?.of(namespace) ?? [];
  }

  snapshot(namespace: string | null): RelationSnapshot {
    const snapshot = this.#relations.snapshot(namespace);
    const exemptions = this.#exemptions;
    if (exemptions === null) return snapshot;
    const version = `${snapshot.version} ${exemptions.version}`;
    return { ...snapshot, version, exemptions: exemptions.of(namespace) };
  }

  states(): readonly InformerState[] {
    const known = this.#exemptions?.state;
    if (known === undefined) return this.#relations.states();
    const { state, detail } = known;
    return [...this.#relations.states(), { kind: "Exemptions", state, ...(detail === "" ? {} : { detail }) }];
  }

  exemptionsReport(now: Date): ExemptionsReport | null {
    if (this.#exemptions === null) return null;
    const { place, state: known } = this.#exemptions;
    const inForce = known.records.filter((record) => isInForce(record, now)).length;
    return {
      configMap: `${place.namespace}/${place.name}`,
      state: known.state,
      inForce,
      ended: known.records.length - inForce,
      broken: known.broken,
    };
  }
}
