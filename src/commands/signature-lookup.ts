import type { Configuration } from "../config/configuration.ts";
import type { SignatureSettings } from "../config/signatures.ts";
import type { SignatureFact } from "../contract/input.generated.ts";
import type { SignatureFacts } from "../facts/signatures/fact.ts";
import type { FactSource } from "../facts/terms/source.ts";
import type { Language } from "../messages/language.ts";
import { hostsOfGlobs } from "../registry/allowed-hosts.ts";
import { userCredentials } from "../registry/credential-files.ts";
import type { CredentialSource } from "../registry/credentials.ts";
import { RegistryClient } from "../registry/registry-client.ts";
import { ImageVerifier } from "../signatures/image-verifier.ts";
import type { SecretLoader } from "../signatures/terms/material.ts";
import type { SignatureVerdict } from "../signatures/terms/signature-fact.ts";
import type { VerdictCache } from "../signatures/verdict-cache.ts";

/** So many images are looked up at a time: registries limit how often they are asked. */
const atOnce = 16;

export interface SignatureLookupOptions {
  readonly language: Language;
  /** No registry is asked. */
  readonly offline?: boolean;
  /** Further hosts that may be asked. */
  readonly allow?: readonly string[];
  /** Default: the logins of the user. */
  readonly credentials?: CredentialSource;
  readonly loadSecret?: SecretLoader;
  /** What other lookups found out; default: nothing. */
  readonly cache?: VerdictCache;
}

/** The signatures of images, as the policies of a configuration ask for them. */
export class SignatureLookup implements FactSource<SignatureFacts> {
  readonly verifier: ImageVerifier;
  readonly #registry: RegistryClient;
  readonly #offline: boolean;

  private constructor(verifier: ImageVerifier, registry: RegistryClient, offline: boolean) {
    this.verifier = verifier;
    this.#registry = registry;
    this.#offline = offline;
  }

  /**
   * Loads what the policies name. No host is asked but those that the policies' globs and `registries` name.
   * @throws ConfigurationError for a key, a root or a certificate that cannot be used
   */
  static async open(
    settings: SignatureSettings,
    { registries }: Pick<Configuration, "registries">,
    options: SignatureLookupOptions,
  ): Promise<SignatureLookup> {
    const globs = settings.policies.flatMap(({ images }) => images);
    const registry = new RegistryClient({
      registries: registries.hosts,
      allow: [...hostsOfGlobs(globs), ...(options.allow ?? [])],
      credentials: options.credentials ?? userCredentials(),
    });
    const { language, loadSecret, cache } = options;
    const given = { ...(loadSecret === undefined ? {} : { loadSecret }), ...(cache === undefined ? {} : { cache }) };
    try {
      const verifier = await ImageVerifier.prepare({ settings, registry, language, ...given });
      return new SignatureLookup(verifier, registry, options.offline ?? false);
    } catch (error) {
      await registry.close();
      throw error;
    }
  }

  /** Each image once, some at a time. */
  async facts(
    images: readonly string[],
    signal?: AbortSignal,
    onProgress: (known: number, total: number) => void = () => {},
  ): Promise<SignatureFacts> {
    const facts: { [image: string]: SignatureFact } = {};
    let known = 0;
    await each(images, async (image) => {
      facts[image] = plain((await this.inspect(image, signal)).fact);
      onProgress(++known, images.length);
    });
    return facts;
  }

  /** What is known of all of them without asking anybody; null where one is not. */
  cached(images: readonly string[]): SignatureFacts | null {
    const facts: { [image: string]: SignatureFact } = {};
    for (const image of images) {
      const fact = this.verifier.cached(image);
      if (fact === undefined) return null;
      facts[image] = plain(fact);
    }
    return facts;
  }

  /** One image, with the evidence. */
  inspect(image: string, signal?: AbortSignal): Promise<SignatureVerdict> {
    return this.verifier.inspect(image, { offline: this.#offline, ...(signal === undefined ? {} : { signal }) });
  }

  async close(): Promise<void> {
    await this.verifier.close();
    await this.#registry.close();
  }
}

/** Runs a task for each item, `atOnce` at a time. */
async function each<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
}

/** Of facts that a cache keeps, which are asked for again and again. */
const plainFacts: WeakMap<SignatureVerdict["fact"], SignatureFact> = new WeakMap();

/** The rules' input has lists of its own. */
function plain(fact: SignatureVerdict["fact"]): SignatureFact {
  let known = plainFacts.get(fact);
  if (known === undefined) {
    known = { ...fact, policies: [...fact.policies] };
    plainFacts.set(fact, known);
  }
  return known;
}
