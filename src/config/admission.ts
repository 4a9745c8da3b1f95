import { seconds } from "../json/duration.ts";
import { momentOf } from "./moment.ts";

/** What becomes of a finding at the API server's door. */
export type AdmissionMode = "enforce" | "warn" | "audit";

/** How the namespaces are treated that its globs match. Times are milliseconds since 1970. */
export interface NamespaceEntry {
  readonly match: readonly string[];
  readonly mode: AdmissionMode;
  /**
   * Since when it is enforced: what controllers make of an object from before is let in for what that object has too.
   * Null: of all objects alike nothing is let in that breaks a rule.
   */
  readonly since: number | null;
  /** When that ends; null: never. */
  readonly until: number | null;
}

/** An entry as it stands in a file. */
export interface WrittenNamespaceEntry {
  readonly match: string | readonly string[];
  readonly mode: AdmissionMode;
  /** RFC 3339. */
  readonly since?: string;
  readonly until?: string;
}

/** The block `admission` of the configuration, with every default filled in. */
export interface AdmissionSettings {
  /** Of namespaces that nothing below names. */
  readonly mode: AdmissionMode;
  /** The first entry that matches a namespace decides. */
  readonly namespaces: readonly NamespaceEntry[];
  /** May the label `paddlock.dev/mode` of a namespace choose. */
  readonly modeLabel: boolean;
  /** Which violations of an update are denied: those that the old object had not, or all. */
  readonly onUpdate: "new" | "all";
  /** What happens where judging fails, on every path. */
  readonly onError: "deny" | "allow";
  readonly onNotJudged: "allow" | "deny";
  /** What becomes of patches of pods, and of manifests in texts, that cannot be read. */
  readonly onOpaquePatch: "allow" | "deny";
  /** Which rules an annotation of the object may waive; none named means all of them, where it is allowed. */
  readonly annotationWaivers: { readonly allow: boolean; readonly rules: readonly string[] };
  /** Who is let in unjudged; service accounts as `namespace/name`. */
  readonly exempt: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly serviceAccounts: readonly string[];
  };
  /** Service accounts that are believed to be the controllers of what they make. */
  readonly operators: {
    /** Operators of the table in `resources/operators.ts`, at their usual accounts. */
    readonly presets: readonly string[];
    readonly serviceAccounts: readonly TrustedAccount[];
  };
  /** Where else the images of injected containers are, and what such containers are called there. */
  readonly injected: readonly {
    readonly name: string;
    readonly images: readonly string[];
    /** A container of the table in `resources/injected-containers.ts`. */
    readonly like: string;
  }[];
  /** In seconds: for so long a deleted network policy still counts, and a new workload may wait for one. */
  readonly networkPolicyGrace: number;
}

/** A service account, and what it makes: what a preset's accounts make, or these kinds for these owners. */
export interface TrustedAccount {
  /** `namespace/name` */
  readonly name: string;
  readonly like: string | null;
  /** `group/Kind`, or `Kind` of the core group. */
  readonly owners: readonly string[];
  readonly makes: readonly string[];
}

/** The block as it stands in a file that the schema allows. */
export interface WrittenAdmission {
  readonly mode?: AdmissionMode;
  readonly namespaces?: readonly WrittenNamespaceEntry[];
  readonly modeLabel?: boolean;
  readonly onUpdate?: "new" | "all";
  readonly onError?: "deny" | "allow";
  readonly onNotJudged?: "allow" | "deny";
  readonly onOpaquePatch?: "allow" | "deny";
  readonly annotationWaivers?: { readonly allow?: boolean; readonly rules?: readonly string[] };
  readonly exempt?: {
    readonly users?: readonly string[];
    readonly groups?: readonly string[];
    readonly serviceAccounts?: readonly string[];
  };
  readonly operators?: {
    readonly presets?: readonly string[];
    readonly serviceAccounts?: readonly {
      readonly name: string;
      readonly like?: string;
      readonly owners?: readonly string[];
      readonly makes?: readonly string[];
    }[];
  };
  readonly injected?: readonly {
    readonly name: string;
    readonly images: string | readonly string[];
    readonly like?: string;
  }[];
  /** `30s`, `2m`, `1h`. */
  readonly networkPolicyGrace?: string;
}

/** The settings of a chain of files, the most basic first: of each key the last word holds, of each list too. */
export function admissionSettings(written: readonly WrittenAdmission[]): AdmissionSettings {
  const last = <Key extends keyof WrittenAdmission>(key: Key): WrittenAdmission[Key] =>
    written.findLast((each) => each[key] !== undefined)?.[key];
  const waivers = last("annotationWaivers");
  const exempt = last("exempt");
  const operators = last("operators");
  return {
    mode: last("mode") ?? "warn",
    namespaces: (last("namespaces") ?? []).map(({ match, mode, since, until }) => ({
      match: typeof match === "string" ? [match] : match,
      mode,
      since: since === undefined ? null : momentOf(since),
      until: until === undefined ? null : momentOf(until),
    })),
    modeLabel: last("modeLabel") ?? false,
    onUpdate: last("onUpdate") ?? "new",
    onError: last("onError") ?? "deny",
    onNotJudged: last("onNotJudged") ?? "allow",
    onOpaquePatch: last("onOpaquePatch") ?? "deny",
    annotationWaivers: { allow: waivers?.allow ?? false, rules: waivers?.rules ?? [] },
    exempt: {
      users: exempt?.users ?? [],
      groups: exempt?.groups ?? [],
      serviceAccounts: exempt?.serviceAccounts ?? [],
    },
    operators: {
      presets: operators?.presets ?? [],
      serviceAccounts: (operators?.serviceAccounts ?? []).map(({ name, like, owners, makes }) => ({
        name,
        like: like ?? null,
        owners: owners ?? [],
        makes: makes ?? [],
      })),
    },
    injected: (last("injected") ?? []).map(({ name, images, like }) => ({
      name,
      images: typeof images === "string" ? [images] : images,
      like: like ?? name,
    })),
    networkPolicyGrace: seconds(last("networkPolicyGrace") ?? "0s"),
  };
}
