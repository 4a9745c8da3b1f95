import { createHash } from "node:crypto";

/** The algorithms that a digest may name here, with the hexadecimal digits of each. */
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** A digest that can be checked: `sha256:…` and the like, with as many digits in lower case as belong to it. */
export function isDigest(text: string): boolean {
  const [algorithm = "", hex = "", ...rest] = text.split(":");
  return (
    rest.length === 0 &&
    Object.hasOwn(LENGTHS, algorithm) &&
    hex.length === LENGTHS[algorithm] &&
    /^[0-9a-f]+$/.test(hex)
  );
}

/** The digest of bytes, by the algorithm of another one (SHA-256 where there is none). */
export function digestOf(bytes: Uint8Array, like: string = "sha256:"): string {
  const algorithm = like.slice(0, like.indexOf(":"));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/**
 * The tag that lists referrers of a digest where a registry has no API for them: `sha256-<hex>`, with the digits cut
 * to 64. Source: OCI distribution-spec 1.1, "Referrers Tag Schema".
 */
export function referrersTag(digest: string): string {
  const colon = digest.indexOf(":");
  return `${digest.slice(0, colon)}-${digest.slice(colon + 1, colon + 65)}`;
}
