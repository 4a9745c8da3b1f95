import type { Claim, Found } from "./found.ts";

/** A signature that an authority made. */
export interface Signed {
  readonly claim: Claim;
  readonly format: "cosign" | "bundle" | "notation";
  /** The subject of the certificate; null where a key signed. */
  readonly identity: string | null;
  readonly issuer: string | null;
  /** As a log or a timestamp authority proves it. */
  readonly time: Date | null;
  readonly logIndex: number | null;
  /** When it stops to count; null: never. */
  readonly until: Date | null;
}

/** Somebody who may sign, with all that is needed to tell whether a signature is theirs. */
export interface PreparedAuthority {
  /** `key SHA256:…`, `keyless https://issuer ci@example.com` */
  readonly description: string;
  /** Equal for equal settings and equal material. */
  readonly fingerprint: string;
  /** The kinds of signatures that it can make at all. */
  readonly reads: "sigstore" | "notation";
  /** @throws Rejection where it did not make this one, or where this one is not of the image */
  verify(found: Extract<Found, { readonly type: "sigstore" | "notation" }>, now: Date): Promise<Signed> | Signed;
}
