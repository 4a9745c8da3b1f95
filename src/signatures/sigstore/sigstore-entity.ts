import { hash } from "node:crypto";
import type { Bundle } from "@sigstore/bundle";
import { dsse } from "@sigstore/core";
import { type SignedEntity, toSignedEntity } from "@sigstore/verify";
import type { SigstoreFound } from "../terms/found.ts";
import { Rejection } from "../terms/rejection.ts";
import { isSignedBy } from "./public-key.ts";

/** More than any signer attaches: each costs the verification of a signature. */
const MOST_PROOFS = 8;
const HASHES = ["sha256", "sha384", "sha512"] as const;

/**
 * The signature as the library verifies it, with those proofs of time only that are wanted: the library demands that all
 * which are there be valid, so that a broken one, put there by anybody, would spoil a signature that needs none.
 *
 * @throws Rejection for what cannot be read
 */
export function entityOf(
  { bundle, message }: SigstoreFound,
  wanted: { readonly logEntries: boolean; readonly timestamps: boolean },
): SignedEntity {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const rfc3161Timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  const material = {
    ...bundle.verificationMaterial,
    tlogEntries: wanted.logEntries ? tlogEntries : [],
    timestampVerificationData: { rfc3161Timestamps: wanted.timestamps ? rfc3161Timestamps : [] },
  };
  if (material.tlogEntries.length + material.timestampVerificationData.rfc3161Timestamps.length > MOST_PROOFS) {
    throw new Rejection("no-timestamp", (say) => say.tooManyProofs);
  }
  try {
    const entity = toSignedEntity({ ...bundle, verificationMaterial: material }, message);
    return { ...entity, signature: contentOf(entity, bundle, message) };
  } catch {
    throw new Rejection("unsigned", (say) => say.brokenMaterial);
  }
}

/**
 * The library hashes with SHA-256 whatever the key. Signers with larger curves take the hash that belongs to them, and
 * what a log records is looked for among the hashes of what was signed, not taken from the bundle.
 */
function contentOf(
  { signature }: SignedEntity,
  { content }: Bundle,
  message: Buffer | undefined,
): SignedEntity["signature"] {
  const envelope = content.$case === "dsseEnvelope" ? content.dsseEnvelope : null;
  const signed = envelope === null ? message : dsse.preAuthEncoding(envelope.payloadType, envelope.payload);
  return {
    signature: signature.signature,
    compareSignature: (other) => signature.compareSignature(other),
    compareDigest: (digest) => isHash(digest, envelope?.payload ?? message),
    compareSignedDigest: (digest) => isHash(digest, signed),
    verifySignature: (key) => signed !== undefined && isSignedBy(key, signed, signature.signature),
  };
}

function isHash(digest: Buffer, content: Buffer | undefined): boolean {
  return content !== undefined && HASHES.some((name) => hash(name, content, "buffer").equals(digest));
}
