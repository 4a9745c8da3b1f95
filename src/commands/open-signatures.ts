import type { Configuration } from "../config/configuration.ts";
import { neededBy } from "../judging/needs.ts";
import type { Catalogue } from "../rules/metadata.ts";
import type { SignatureLookup, SignatureLookupOptions } from "./signature-lookup.ts";

/**
 * What looks signatures up, where a policy and a rule ask for them; null elsewhere, and then nothing that knows registries
 * is loaded.
 * @throws ConfigurationError for a key, a root or a certificate that cannot be used
 */
export async function openSignatures(
  catalogue: Catalogue,
  configuration: Configuration,
  options: SignatureLookupOptions,
): Promise<SignatureLookup | null> {
  const { signatures } = configuration;
  if (signatures === null || !neededBy(catalogue.rules, configuration).has("signatures")) return null;
  const { SignatureLookup } = await import("./signature-lookup.ts");
  return SignatureLookup.open(signatures, configuration, options);
}
