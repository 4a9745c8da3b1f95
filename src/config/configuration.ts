import type { ProfileName, RuleSetting, Scope } from "../rules/metadata.ts";
import type { AdmissionSettings } from "./admission.ts";
import type { RegistriesSettings, SignatureSettings } from "./signatures.ts";

/** What a configuration changes of a rule's setting; what it leaves out stays as it was. */
export interface RulePatch {
  readonly level?: RuleSetting["level"];
  readonly scope?: Scope;
  readonly parameters: RuleSetting["parameters"];
}

/** Settings for some of the objects. The conditions hold together; within a list one match is enough. */
export interface Override {
  readonly files?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly string[];
  readonly labels?: { readonly [key: string]: string };
  readonly rules: { readonly [rule: string]: RulePatch };
}

/** A place in a configuration file, for notifications about what stands there. */
export interface ConfigurationPlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** A waiver of the configuration. It names at least one of `files`, `resource` and `container`; they hold together. */
export interface ConfiguredWaiver {
  readonly rule: string;
  readonly files?: readonly string[];
  /** `Kind/name` or `Kind/namespace/name`; each part may be a glob. */
  readonly resource?: string;
  readonly container?: string;
  readonly reason: string;
  /** `2027-01-31`, inclusive, UTC. */
  readonly expires?: string;
  readonly place: ConfigurationPlace;
}

/** A kind that carries pods and that only the user knows. */
export interface CustomKind {
  /** `example.com/v1`; `*` stands for any characters. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Where its pod specs are: `spec.template.spec`, `spec.roles[].template.spec`, `spec.replicaSpecs.*.template.spec`. */
  readonly pods: readonly string[];
  readonly serving: boolean;
  readonly training: boolean;
  /** Every object of the kind is a Paddle workload. */
  readonly paddle: boolean;
}

/** How a reported path becomes the path that the configuration's globs see: relative to the configuration's folder. */
export interface GlobBase {
  /** Taken off the front of a path that has it. */
  readonly strip: string;
  /** Put in front of any other relative path. */
  readonly prepend: string;
}

/** All that was decided before the first manifest is read. Plain data: it is handed to worker threads as it is. */
export interface Configuration {
  /** Absolute; null where there is none. */
  readonly file: string | null;
  /** Absolute: the folder of the configuration file, else the working directory. */
  readonly directory: string;
  readonly globBase: GlobBase;
  readonly profile: ProfileName;
  /** Every rule of the catalogue, with every parameter: profile, then `extends`, then the file, then the command line. */
  readonly rules: { readonly [rule: string]: RuleSetting };
  readonly overrides: readonly Override[];
  readonly waivers: readonly ConfiguredWaiver[];
  readonly kinds: readonly CustomKind[];
  /** The namespace of objects that name none. */
  readonly namespace?: string;
  /** `1.34`. */
  readonly kubernetesVersion?: string;
  /** Absolute paths of documents that take part in relations and are not judged. */
  readonly with?: readonly string[];
  readonly admission: AdmissionSettings;
  /** Null: no image's signature is asked for. */
  readonly signatures: SignatureSettings | null;
  readonly registries: RegistriesSettings;
}
