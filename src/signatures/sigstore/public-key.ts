import { createPublicKey, type KeyObject, verify } from "node:crypto";

const PEM = /^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END (?:RSA )?PUBLIC KEY-----\s*$/;
/** By curve, in OpenSSL's name: the hashes that signers take. cosign 2 takes SHA-256 for every one. */
const CURVE_HASHES: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ["sha256"],
  secp384r1: ["sha384", "sha256"],
  secp521r1: ["sha512", "sha256"],
};
const SMALLEST_RSA = 2048;

/** Why a text is no key that verifies signatures here. */
export type KeyProblem = "no-key" | "private" | "unsupported";

/** The key in a PEM: ECDSA on P-256, P-384 or P-521, RSA from 2048 bits, or Ed25519. */
export function publicKeyIn(pem: string): KeyObject | KeyProblem {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return "private";
  if (!PEM.test(pem)) return "no-key";
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return "no-key";
  }
  return hashesOf(key) === null ? "unsupported" : key;
}

/** Whether a key made a signature: ECDSA in DER, RSA by PKCS #1 v1.5, Ed25519. */
export function isSignedBy(key: KeyObject, signed: Uint8Array, signature: Uint8Array): boolean {
  return (hashesOf(key) ?? []).some((hash) => {
    try {
      return verify(hash, signed, key, signature);
    } catch {
      return false;
    }
  });
}

/** Null for a key that is of no use here; a null within for one that hashes by itself. */
function hashesOf(key: KeyObject): readonly (string | null)[] | null {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "ec":
      return CURVE_HASHES[namedCurve] ?? null;
    case "rsa":
      return modulusLength >= SMALLEST_RSA ? ["sha256"] : null;
    case "ed25519":
      return [null];
    default:
      return null;
  }
}
