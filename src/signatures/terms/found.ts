import type { Bundle } from "@sigstore/bundle";
import type { SignatureFormat } from "../../config/signatures.ts";
import type { JsonValue } from "../../json/value.ts";
import { type Obstacle, Rejection } from "./rejection.ts";

/**
 * A signature or an attestation in the terms of the sigstore libraries. `claim` says what the signed content says, and
 * throws a Rejection where that is not of this image: asked for only when the signature is known to be valid.
 */
export interface SigstoreFound {
  readonly type: "sigstore";
  readonly format: SignatureFormat;
  readonly bundle: Bundle;
  /** The signed bytes of a message signature; a DSSE envelope brings its own. */
  readonly message?: Buffer;
  readonly claim: () => Claim;
}

/** What a valid signature states of the image. */
export type Claim =
  | { readonly kind: "signature" }
  | { readonly kind: "attestation"; readonly predicateType: string; readonly predicate: JsonValue };

/** A JWS envelope of Notation. */
export interface NotationFound {
  readonly type: "notation";
  readonly envelope: Uint8Array;
  /** The image, as the payload must name it. */
  readonly target: { readonly digest: string; readonly mediaType: string; readonly size: number };
}

export type Found =
  | SigstoreFound
  | NotationFound
  /** Something that might have been one, and could not be read. */
  | { readonly type: "obstacle"; readonly obstacle: Obstacle }
  /** Something that was meant to be one, and is none. */
  | { readonly type: "rejected"; readonly rejection: Rejection };

/** What `make` makes, or why it is none: what is broken must not hide what stands beside it. */
export function foundOr(make: () => Found): Found {
  try {
    return make();
  } catch (error) {
    if (error instanceof Rejection) return { type: "rejected", rejection: error };
    throw error;
  }
}
