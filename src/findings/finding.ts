import type { Region } from "../documents/document.ts";
import type { JsonValue } from "../json/value.ts";
import type { ResourceIdentity } from "../resources/identity.ts";
import type { Level } from "../rules/metadata.ts";
import type { Outcome } from "../rules/violation.ts";
import type { ContainerIdentity } from "../workloads/container-identity.ts";

/** Why a finding does not count: by whom and until when. */
export interface Waiver {
  readonly source: "annotation" | "comment" | "configuration";
  readonly reason: string;
  /** `2027-01-31`, inclusive, UTC. */
  readonly expires?: string;
}

/** Another object that a finding speaks of, and where it is. */
export interface RelatedPlace {
  readonly message: string;
  /** As that of a finding; empty for an object of a cluster. */
  readonly file: string;
  /** Of its name, 1-based; 0 where that is not known. */
  readonly line: number;
  readonly column: number;
  readonly resource: ResourceIdentity;
}

/** What a rule found, ready for people and programs: one element of `findings` in the JSON report. */
export interface Finding extends Region {
  readonly rule: string;
  readonly level: Level;
  readonly outcome: Outcome;
  readonly message: string;
  readonly remedy: string;
  /** The rule's page. */
  readonly url: string;
  readonly file: string;
  /** `spec.template.spec.containers[0].image`, relative to the object. */
  readonly path: string;
  readonly resource: ResourceIdentity;
  readonly container: ContainerIdentity | null;
  readonly args: { readonly [name: string]: JsonValue };
  readonly fingerprint: string;
  /** The other objects that it speaks of; absent where it speaks of none. */
  readonly related?: readonly RelatedPlace[];
  /** Only with outcome `waived`. */
  readonly waiver?: Waiver;
}
