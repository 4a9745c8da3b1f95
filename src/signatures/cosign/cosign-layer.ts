import { createHash } from "node:crypto";
import type { Bundle, TransparencyLogEntry } from "@sigstore/bundle";
import { HashAlgorithm } from "@sigstore/protobuf-specs";
import { isObject } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { SignaturePart } from "../terms/detail-words.ts";
import { Rejection } from "../terms/rejection.ts";

const SIGNATURE = "dev.cosignproject.cosign/signature";
const CERTIFICATE = "dev.sigstore.cosign/certificate";
const LOG_ENTRY = "dev.sigstore.cosign/bundle";
const TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp";
const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

type Annotations = Readonly<Record<string, string>>;

/**
 * The signature in the annotations of a layer, which holds the payload, as a sigstore bundle: that is what the libraries
 * verify. Source: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 *
 * @throws Rejection for what cannot be read
 */
export function messageBundle(payload: Buffer, annotations: Annotations): Bundle {
  const signature = base64(annotations[SIGNATURE], "signature");
  const digest = createHash("sha256").update(payload).digest();
  return bundleOf(annotations, {
    $case: "messageSignature",
    messageSignature: { messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest }, signature },
  });
}

/** The attestation in a layer, a DSSE envelope, likewise. @throws Rejection for what cannot be read */
export function envelopeBundle(layer: Buffer, annotations: Annotations): Bundle {
  const envelope = jsonObject(layer.toString("utf8"), "envelope");
  const { payloadType, payload, signatures } = envelope;
  const [signature, ...others] = Array.isArray(signatures) ? signatures : [];
  if (typeof payloadType !== "string" || !isObject(signature) || others.length > 0) {
    throw unreadable("envelope");
  }
  const sig = base64(signature.sig, "signature");
  return bundleOf(annotations, {
    $case: "dsseEnvelope",
    dsseEnvelope: { payloadType, payload: base64(payload, "payload"), signatures: [{ sig, keyid: "" }] },
  });
}

function bundleOf(annotations: Annotations, content: Bundle["content"]): Bundle {
  const { [CERTIFICATE]: certificate, [LOG_ENTRY]: entry, [TIMESTAMP]: timestamp } = annotations;
  return {
    mediaType: BUNDLE_TYPE,
    content,
    verificationMaterial: {
      content:
        certificate === undefined
          ? { $case: "publicKey", publicKey: { hint: "" } }
          : { $case: "certificate", certificate: { rawBytes: firstCertificate(certificate) } },
      tlogEntries: entry === undefined ? [] : [logEntry(entry)],
      timestampVerificationData: {
        rfc3161Timestamps: timestamp === undefined ? [] : [{ signedTimestamp: signedTimestamp(timestamp) }],
      },
    },
  };
}

function firstCertificate(pem: string): Buffer {
  const [, body] = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem) ?? [];
  return base64(body?.replaceAll(/\s/g, ""), "certificate");
}

/** The log's promise: Rekor's signature over the entry, with which it can be checked without asking the log. */
function logEntry(text: string): TransparencyLogEntry {
  const { SignedEntryTimestamp: promise, Payload: payload } = jsonObject(text, "log entry");
  const { body, integratedTime, logIndex, logID } = isObject(payload) ? payload : {};
  const canonicalizedBody = base64(body, "log entry");
  const { kind, apiVersion } = jsonObject(canonicalizedBody.toString("utf8"), "log entry");
  if (
    typeof kind !== "string" ||
    typeof apiVersion !== "string" ||
    typeof logID !== "string" ||
    !Number.isSafeInteger(integratedTime) ||
    !Number.isSafeInteger(logIndex)
  ) {
    throw unreadable("log entry");
  }
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, "hex") },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: base64(promise, "log entry") },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function signedTimestamp(text: string): Buffer {
  return base64(jsonObject(text, "timestamp").SignedRFC3161Timestamp, "timestamp");
}

function jsonObject(text: string, what: SignaturePart): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw unreadable(what);
}

function base64(text: JsonValue | undefined, what: SignaturePart): Buffer {
  if (typeof text !== "string" || text === "" || !/^[A-Za-z0-9+/]+=*$/.test(text)) throw unreadable(what);
  return Buffer.from(text, "base64");
}

function unreadable(what: SignaturePart): Rejection {
  return new Rejection("unsigned", (say) => say.brokenPart(what));
}
