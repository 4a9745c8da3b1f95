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
  /** Only with outcome `waived`. */
  readonly waiver?: Waiver;
}
