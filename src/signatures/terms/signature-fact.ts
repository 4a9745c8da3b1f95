import type { SignatureAction, SignatureFormat } from "../../config/signatures.ts";

/**
 * Why an image is not verified. `unsigned`: nobody signed it (an attestation alone is no signature); `wrong-key`: none of
 * the keys made a signature that is there; `wrong-identity`: a certificate names somebody else, or an authority that is
 * not trusted issued it; `expired-certificate`: at the time that is proven, or now where none is; `no-timestamp`: nothing
 * that is trusted says when; `log-entry-mismatch`: the transparency log's entry is missing, broken, or of something
 * else; `payload-mismatch`: the signature is valid, and for another image; `bad-reference`: the name is no image's;
 * `unauthorized`, `forbidden`, `digest-mismatch`: the registry's answer.
 */
export type FailureReason =
  | "unsigned"
  | "wrong-key"
  | "wrong-identity"
  | "expired-certificate"
  | "no-timestamp"
  | "log-entry-mismatch"
  | "payload-mismatch"
  | "bad-reference"
  | "tag-not-found"
  | "unauthorized"
  | "forbidden"
  | "digest-mismatch"
  | "attestation-missing"
  | "attestation-too-old"
  | "attestation-rejected"
  | "not-enough-signatures";

/** Why nobody can say. `unsupported-format`: signed, but only in a way that cannot be read here. */
export type UnknownReason =
  | "refused"
  | "timeout"
  | "rate-limited"
  | "server"
  | "too-large"
  | "too-many"
  | "protocol"
  | "not-allowed"
  | "offline"
  | "unsupported-format";

/** What is known of one image's signatures; plain data, a part of the rules' input. */
export interface SignatureFact {
  /** `unmatched`: no policy is for it. */
  readonly state: "verified" | "failed" | "unknown" | "unmatched";
  readonly reason: FailureReason | UnknownReason | null;
  /** One sentence in the language of the run, without secrets; empty where there is nothing to add. */
  readonly detail: string;
  /** The names of the policies that are for the image. */
  readonly policies: readonly string[];
  /** What was verified: the digest that the reference names, or stood for. */
  readonly digest: string | null;
  /** What follows: deny for `failed`, `onError` for `unknown`, `noMatch` for `unmatched` (null where that is not set); null for `verified`. */
  readonly action: SignatureAction | null;
}

/** One signature or attestation that counts. */
export interface SignatureEvidence {
  readonly format: SignatureFormat;
  readonly kind: "signature" | "attestation";
  /** Whose it is: the policy, the number of its authority (from 0), and a word about that. */
  readonly authority: { readonly policy: string; readonly index: number; readonly description: string };
  /** The subject of the certificate; null where a key signed. */
  readonly identity: string | null;
  readonly issuer: string | null;
  /** ISO 8601, as a log or a timestamp authority proves it; null where nobody does. */
  readonly time: string | null;
  /** In the transparency log. */
  readonly logIndex: number | null;
  /** Of the image. */
  readonly digest: string;
  /** Of an attestation. */
  readonly predicateType: string | null;
}

/** A fact with what it rests on. */
export interface SignatureVerdict {
  readonly fact: SignatureFact;
  /** Empty where the image is not verified. */
  readonly signatures: readonly SignatureEvidence[];
}
