import type { JsonValue, Region } from "../documents/document.ts";
import type { Level } from "../rules/metadata.ts";

export type Outcome = "violation" | "not-judged" | "waived" | "baselined";

/** The object that a finding is about. `namespace` is what the object itself says, else null. */
export interface ResourceIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

/** The container that a finding is about, or the part that stands for one in kinds without a container list. */
export interface ContainerIdentity {
  readonly name: string;
  readonly role: string;
}

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
