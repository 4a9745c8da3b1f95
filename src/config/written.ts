import type { JsonObject, JsonValue } from "../json/value.ts";
import type { CustomKind } from "../kinds/custom-kinds.ts";
import type { WrittenAdmission } from "./admission.ts";
import type { WrittenRegistries, WrittenSignatures } from "./signatures.ts";

/** A configuration file's content, once the schema has allowed it. */
export interface CheckedConfiguration {
  readonly extends?: string;
  readonly rules?: JsonObject;
  readonly overrides?: readonly WrittenOverride[];
  readonly waivers?: readonly WrittenWaiver[];
  readonly kinds?: readonly CustomKind[];
  readonly namespace?: string;
  readonly kubernetesVersion?: string;
  readonly with?: readonly string[];
  readonly admission?: WrittenAdmission;
  readonly signatures?: WrittenSignatures;
  readonly registries?: WrittenRegistries;
}

export interface WrittenOverride {
  readonly files?: string | readonly string[];
  readonly namespaces?: string | readonly string[];
  readonly kinds?: readonly string[];
  readonly labels?: { readonly [key: string]: string };
  readonly rules: JsonValue;
}

export interface WrittenWaiver {
  readonly rule: string;
  readonly files?: string | readonly string[];
  readonly resource?: string;
  readonly container?: string;
  readonly reason: string;
  readonly expires?: string;
}
