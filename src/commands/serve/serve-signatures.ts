import { fingerprintOf } from "../../admission/server/fingerprint.ts";
import { SharedSource } from "../../admission/server/shared-source.ts";
import { signatureFiles } from "../../config/signature-files.ts";
import type { RegistriesSettings, SignatureSettings } from "../../config/signatures.ts";
import type { Language } from "../../messages/language.ts";
import type { CredentialSource } from "../../registry/credentials.ts";
import { fingerprint } from "../../signatures/terms/material.ts";
import { VerdictCache } from "../../signatures/verdict-cache.ts";
import { SignatureLookup } from "../signature-lookup.ts";
import type { ServedCluster } from "./serve-cluster.ts";

/** Where pull secrets and keys come from. */
export type SecretSource = Pick<ServedCluster, "pullSecrets" | "secret">;

/** The signatures of images for one configuration after another; what was found out outlives each. */
export class ServedSignatures {
  readonly #language: Language;
  readonly #secrets: SecretSource | null;
  readonly #cache: VerdictCache = new VerdictCache();
  /** One object while the names are the same: it remembers what it read. */
  #credentials: { readonly names: string; readonly source: CredentialSource } | undefined;

  /** @param secrets null: there is no cluster */
  constructor(language: Language, secrets: SecretSource | null) {
    this.#language = language;
    this.#secrets = secrets;
  }

  /**
   * Loads what the policies name.
   * @param before what is in use, and is used again where all that it came from is the same
   * @throws ConfigurationError for a key, a root or a certificate that cannot be used
   */
  async open(
    signatures: SignatureSettings,
    registries: RegistriesSettings,
    before: SharedSource | null,
  ): Promise<SharedSource> {
    // Some are read when they are needed: one that changes before that makes another fingerprint at the next look.
    const files = await fingerprintOf(signatureFiles(signatures, registries));
    const fromCluster =
      this.#secrets === null
        ? {}
        : { credentials: this.#pullSecrets(this.#secrets, registries.pullSecrets), loadSecret: this.#secrets.secret };
    const lookup = await SignatureLookup.open(
      signatures,
      { registries },
      { language: this.#language, cache: this.#cache, ...fromCluster },
    );
    // The verifier's own tells of keys in Secrets and of roots by TUF too.
    const print = fingerprint(JSON.stringify([signatures, registries]), files, lookup.verifier.fingerprint);
    if (print !== before?.fingerprint) return new SharedSource(lookup, print);
    await lookup.close();
    return before;
  }

  #pullSecrets(secrets: SecretSource, list: readonly string[]): CredentialSource {
    const names = JSON.stringify(list);
    if (this.#credentials?.names !== names) this.#credentials = { names, source: secrets.pullSecrets(list) };
    return this.#credentials.source;
  }
}
