import { resolve } from "node:path";
import type { Configuration } from "../../config/configuration.ts";
import { ConfigurationError } from "../../config/configuration-error.ts";
import { loadConfiguration } from "../../config/load.ts";
import type { Authority, SignaturePolicy, SignatureSettings } from "../../config/signatures.ts";
import type { Language } from "../../messages/language.ts";
import { nearest } from "../../messages/nearest.ts";
import { imageReference } from "../../registry/repository.ts";
import { loadCatalogue } from "../../rules/catalogue.ts";
import type { SecretLoader } from "../../signatures/terms/material.ts";
import type { SignatureVerdict } from "../../signatures/terms/signature-fact.ts";
import { SignatureLookup } from "../signature-lookup.ts";
import { usageWords } from "../usage-words.ts";

/** What to verify, and by what. */
export interface VerifyOptions {
  readonly images: readonly string[];
  readonly cwd: string;
  readonly config: string | undefined;
  /** Only the policy of this name. */
  readonly policy: string | undefined;
  /** In place of the configuration's policies; null: by these. */
  readonly authority: Authority | null;
  readonly insecureRegistries: readonly string[];
  readonly loadSecret: SecretLoader;
  readonly language: Language;
}

export interface VerifiedImage extends SignatureVerdict {
  readonly image: string;
}

/**
 * Verifies images, some at a time; yields in the order in which they were given.
 * @throws ConfigurationError where there is no such policy, or a key, root or certificate cannot be used
 */
export async function* verifyImages(options: VerifyOptions): AsyncGenerator<VerifiedImage> {
  const { cwd, config, language } = options;
  const configuration = await loadConfiguration({
    cwd,
    ...(config === undefined ? {} : { file: config }),
    catalogue: loadCatalogue(),
    language,
  });
  const settings = settingsOf(options, configuration);
  const lookup = await SignatureLookup.open(settings, withInsecure(configuration, options.insecureRegistries), {
    language,
    loadSecret: options.loadSecret,
    // A person names these images, so their registries may be asked.
    allow: options.images.flatMap(hostOf),
  });
  try {
    const pending = options.images.map((image) => lookup.inspect(image));
    for (const [index, image] of options.images.entries()) {
      const verdict = await pending[index];
      if (verdict !== undefined) yield { image, ...verdict };
    }
  } finally {
    await lookup.close();
  }
}

function settingsOf(
  { authority, policy: name, language }: VerifyOptions,
  { signatures }: Configuration,
): SignatureSettings {
  if (authority !== null) return { noMatch: "deny", onError: "deny", policies: [policyOf(authority)] };
  if (signatures === null) {
    throw ConfigurationError.of("usage", usageWords[language].noPolicies);
  }
  if (name === undefined) return signatures;
  const policies = signatures.policies.filter((policy) => policy.name === name);
  if (policies.length > 0) return { ...signatures, policies };
  const near = nearest(
    name,
    signatures.policies.map((policy) => policy.name),
  );
  throw ConfigurationError.of("usage", usageWords[language].noPolicy(name, near));
}

function policyOf(authority: Authority): SignaturePolicy {
  return {
    name: "command-line",
    images: ["**"],
    exclude: [],
    require: "any",
    formats: ["cosign", "bundle", "notation"],
    authorities: [authority],
    attestations: [],
  };
}

function withInsecure({ registries }: Configuration, hosts: readonly string[]): Pick<Configuration, "registries"> {
  const others = registries.hosts.filter(({ host }) => !hosts.includes(host));
  const named = hosts.map((host) => ({
    mirrors: [],
    ...registries.hosts.find((each) => each.host === host),
    host,
    insecure: true,
  }));
  return { registries: { ...registries, hosts: [...others, ...named] } };
}

function hostOf(image: string): string[] {
  const reference = imageReference(image);
  return typeof reference === "string" ? [] : [reference.repository.host];
}

/** A key that stands in a file. */
export function keyAuthorityOf(file: string, cwd: string): Authority {
  return { type: "key", key: { file: resolve(cwd, file) } };
}
