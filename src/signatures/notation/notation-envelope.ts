import { X509Certificate as NodeCertificate } from "node:crypto";
import { decodeProtectedHeader, type FlattenedJWSInput, flattenedVerify } from "jose";
import { isObject } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { Rejection } from "../terms/rejection.ts";

/** Those that the specification allows. */
const ALGORITHMS = ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
const SCHEME = "io.cncf.notary.signingScheme";
const SIGNING_TIME = "io.cncf.notary.signingTime";
const EXPIRY = "io.cncf.notary.expiry";
const PAYLOAD_TYPE = "application/vnd.cncf.notary.payload.v1+json";
const MOST_CERTIFICATES = 6;

/** A JWS of Notation, taken apart and not yet believed. */
export interface Envelope {
  readonly jws: FlattenedJWSInput;
  /** DER, the signer's first. */
  readonly chain: readonly Buffer[];
}

/**
 * Source: https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md
 *
 * @throws Rejection
 */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  const value = jsonOf(bytes);
  const { payload, protected: head, signature, header } = value;
  const x5c = isObject(header) ? header.x5c : undefined;
  if (typeof payload !== "string" || typeof head !== "string" || typeof signature !== "string" || !Array.isArray(x5c)) {
    throw unreadable();
  }
  if (x5c.length === 0 || x5c.length > MOST_CERTIFICATES) throw unreadable();
  const chain = x5c.map((each) => {
    if (typeof each !== "string") throw unreadable();
    return Buffer.from(each, "base64");
  });
  return { jws: { payload, protected: head, signature }, chain };
}

/** What is under the signature. */
export interface SignedPayload {
  readonly target: JsonObject;
  /** From when on the signature counts no longer; null: never. */
  readonly expiry: Date | null;
  /** As the signer says. */
  readonly signingTime: Date | null;
}

/** Verifies the signature by the certificate's key. @throws Rejection (wrong-key, payload-mismatch) */
export async function openEnvelope({ jws, chain }: Envelope): Promise<SignedPayload> {
  const key = new NodeCertificate(chain[0] ?? Buffer.alloc(0)).publicKey;
  let payload: Uint8Array;
  try {
    const crit = { [SCHEME]: true, [SIGNING_TIME]: true, [EXPIRY]: true, "io.cncf.notary.authenticSigningTime": true };
    payload = (await flattenedVerify(jws, key, { algorithms: ALGORITHMS, crit })).payload;
  } catch {
    // Of a wrong signature, an algorithm that does not belong to the key, or a header that is not understood.
    throw new Rejection("wrong-key", (say) => say.notCertificatesKey);
  }
  const head: { readonly [name: string]: unknown } = decodeProtectedHeader(jws);
  if (head.cty !== PAYLOAD_TYPE) throw new Rejection("payload-mismatch", (say) => say.payloadNotNotation);
  if (head[SCHEME] !== "notary.x509") throw new Rejection("no-timestamp", (say) => say.otherScheme);
  const { targetArtifact } = jsonOf(payload);
  if (!isObject(targetArtifact)) throw new Rejection("payload-mismatch", (say) => say.payloadNoImage);
  return { target: targetArtifact, expiry: dateOf(head[EXPIRY]), signingTime: dateOf(head[SIGNING_TIME]) };
}

function dateOf(value: unknown): Date | null {
  if (value === undefined) return null;
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw unreadable();
  return date;
}

function jsonOf(bytes: Uint8Array): JsonObject {
  try {
    const value: JsonValue = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw unreadable();
}

function unreadable(): Rejection {
  return new Rejection("unsigned", (say) => say.brokenNotation);
}
