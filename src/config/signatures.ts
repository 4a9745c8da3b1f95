import { dirname, resolve } from "node:path";
import { seconds } from "../json/duration.ts";
import { listOf } from "./one-or-many.ts";

/** What is done where the answer is not yes: `deny` an error, `warn` a warning, `allow` nothing. */
export type SignatureAction = "allow" | "warn" | "deny";

/** A text of the user's: in a file (absolute), in the configuration itself, or in a Secret of the cluster. */
export type TextSource =
  | { readonly file: string }
  | { readonly inline: string }
  | { readonly secret: { readonly namespace: string; readonly name: string; readonly key: string } };

/** Whom a certificate names: the very text, or a pattern that must match the whole of it. */
export type IdentityMatch = { readonly exact: string } | { readonly pattern: string };

/** Who may sign. */
export type Authority =
  | { readonly type: "key"; readonly key: TextSource }
  | {
      readonly type: "keyless";
      readonly issuer: IdentityMatch;
      readonly subject: IdentityMatch;
      /** Absent: the public good's, by TUF. */
      readonly trustedRoot?:
        | { readonly file: string }
        | { readonly tuf: { readonly mirror: string; readonly root: string } };
    }
  | { readonly type: "certificate"; readonly roots: TextSource; readonly identities: readonly string[] };

export interface AttestationRequirement {
  readonly predicateType: string;
  /** In seconds; absent: of any age. */
  readonly maxAge?: number;
  /** A Wasm bundle, absolute, entrypoint `paddlock/assert`. */
  readonly assert?: string;
}

export type SignatureFormat = "cosign" | "bundle" | "notation";

export interface SignaturePolicy {
  readonly name: string;
  /** Globs; `**` crosses `/`. */
  readonly images: readonly string[];
  readonly exclude: readonly string[];
  /** How many of the authorities must have signed. */
  readonly require: "any" | "all" | number;
  readonly formats: readonly SignatureFormat[];
  readonly authorities: readonly Authority[];
  readonly attestations: readonly AttestationRequirement[];
}

/** The block `signatures` of the configuration, with every default filled in. */
export interface SignatureSettings {
  /** Of images that no policy is for; null: as the rule's parameter of that name says. */
  readonly noMatch: SignatureAction | null;
  /** Where a registry gives no answer. */
  readonly onError: SignatureAction;
  readonly policies: readonly SignaturePolicy[];
}

/** How one registry is spoken to. */
export interface RegistrySettings {
  /** `registry.example.com`, `127.0.0.1:5000` */
  readonly host: string;
  /** Plain HTTP. */
  readonly insecure: boolean;
  /** A PEM file, absolute, of the CA that signed its certificate; absent: those of the system. */
  readonly ca?: string;
  /** Hosts that are asked before it, in this order. */
  readonly mirrors: readonly string[];
  /** A docker config.json, absolute; absent: the user's own. */
  readonly dockerConfig?: string;
}

/** The block `registries`. */
export interface RegistriesSettings {
  readonly hosts: readonly RegistrySettings[];
  /** Secrets of the cluster, `namespace/name`, of type kubernetes.io/dockerconfigjson. */
  readonly pullSecrets: readonly string[];
}

type WrittenIdentity = {
  readonly issuer?: string;
  readonly issuerPattern?: string;
  readonly subject?: string;
  readonly subjectPattern?: string;
  readonly trustedRoot?:
    | { readonly file: string }
    | { readonly tuf: { readonly mirror: string; readonly root: string } };
};

interface WrittenAuthority {
  readonly key?: TextSource;
  readonly keyless?: WrittenIdentity;
  readonly certificate?: { readonly roots: TextSource; readonly identities: readonly string[] };
}

interface WrittenPolicy {
  readonly name: string;
  readonly images: string | readonly string[];
  readonly exclude?: string | readonly string[];
  readonly require?: "any" | "all" | number;
  readonly formats?: readonly SignatureFormat[];
  readonly authorities: readonly WrittenAuthority[];
  readonly attestations?: readonly {
    readonly predicateType: string;
    readonly maxAge?: string;
    readonly assert?: string;
  }[];
}

/** The block as it stands in a file that the schema allows. */
export interface WrittenSignatures {
  readonly noMatch?: SignatureAction;
  readonly onError?: SignatureAction;
  readonly policies: readonly WrittenPolicy[];
}

interface WrittenRegistry {
  readonly host: string;
  readonly insecure?: boolean;
  readonly ca?: string;
  readonly mirrors?: readonly string[];
  readonly credentials?: { readonly dockerConfig?: string };
}

/** A list of hosts, or a mapping that names pull secrets beside them. */
export type WrittenRegistries =
  | readonly WrittenRegistry[]
  | { readonly hosts?: readonly WrittenRegistry[]; readonly pullSecrets?: readonly string[] };

/** Something of a configuration file, and the file, which relative paths are relative to. */
export interface InFile<Value> {
  readonly value: Value;
  readonly file: string;
}

const everyFormat: readonly SignatureFormat[] = ["cosign", "bundle", "notation"];

/** The settings of a chain of files, the most basic first; policies add up. Null where none has the block. */
export function signatureSettings(written: readonly InFile<WrittenSignatures>[]): SignatureSettings | null {
  if (written.length === 0) return null;
  const last = (key: "noMatch" | "onError"): SignatureAction | undefined =>
    written.findLast(({ value }) => value[key] !== undefined)?.value[key];
  return {
    noMatch: last("noMatch") ?? null,
    onError: last("onError") ?? "deny",
    policies: written.flatMap(({ value, file }) => value.policies.map((policy) => policyOf(policy, dirname(file)))),
  };
}

/** The registries of a chain of files; of a host that several name, the last word holds. */
export function registrySettings(written: readonly InFile<WrittenRegistries>[]): RegistriesSettings {
  const hosts = new Map<string, RegistrySettings>();
  const pullSecrets = new Set<string>();
  for (const { value, file } of written) {
    const listed = isList(value) ? value : (value.hosts ?? []);
    for (const each of listed) hosts.set(each.host, registryOf(each, dirname(file)));
    if (!isList(value)) for (const secret of value.pullSecrets ?? []) pullSecrets.add(secret);
  }
  return { hosts: [...hosts.values()], pullSecrets: [...pullSecrets] };
}

function isList(value: WrittenRegistries): value is readonly WrittenRegistry[] {
  return Array.isArray(value);
}

function policyOf(policy: WrittenPolicy, directory: string): SignaturePolicy {
  return {
    name: policy.name,
    images: listOf(policy.images),
    exclude: policy.exclude === undefined ? [] : listOf(policy.exclude),
    require: policy.require ?? "any",
    formats: policy.formats ?? everyFormat,
    authorities: policy.authorities.map((authority) => authorityOf(authority, directory)),
    attestations: (policy.attestations ?? []).map(({ predicateType, maxAge, assert }) => ({
      predicateType,
      ...(maxAge === undefined ? {} : { maxAge: seconds(maxAge) }),
      ...(assert === undefined ? {} : { assert: resolve(directory, assert) }),
    })),
  };
}

/** The schema lets exactly one of the three through. */
function authorityOf({ key, keyless, certificate }: WrittenAuthority, directory: string): Authority {
  if (key !== undefined) return { type: "key", key: textSource(key, directory) };
  if (certificate !== undefined) {
    const { roots, identities } = certificate;
    return { type: "certificate", roots: textSource(roots, directory), identities };
  }
  const { issuer, issuerPattern, subject, subjectPattern, trustedRoot } = keyless ?? {};
  return {
    type: "keyless",
    issuer: identity(issuer, issuerPattern),
    subject: identity(subject, subjectPattern),
    ...(trustedRoot === undefined ? {} : { trustedRoot: rootIn(trustedRoot, directory) }),
  };
}

function identity(exact: string | undefined, pattern: string | undefined): IdentityMatch {
  return exact === undefined ? { pattern: pattern ?? "" } : { exact };
}

function rootIn(root: NonNullable<WrittenIdentity["trustedRoot"]>, directory: string): typeof root {
  if ("file" in root) return { file: resolve(directory, root.file) };
  return { tuf: { mirror: root.tuf.mirror, root: resolve(directory, root.tuf.root) } };
}

function textSource(source: TextSource, directory: string): TextSource {
  return "file" in source ? { file: resolve(directory, source.file) } : source;
}

function registryOf(
  { host, insecure, ca, mirrors, credentials }: WrittenRegistry,
  directory: string,
): RegistrySettings {
  const { dockerConfig } = credentials ?? {};
  return {
    host,
    insecure: insecure ?? false,
    ...(ca === undefined ? {} : { ca: resolve(directory, ca) }),
    mirrors: mirrors ?? [],
    ...(dockerConfig === undefined ? {} : { dockerConfig: resolve(directory, dockerConfig) }),
  };
}
