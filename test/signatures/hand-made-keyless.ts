import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { Authority } from "../../src/config/signatures.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { SIGNATURE_PREDICATE } from "../../src/signatures/terms/statement.ts";
import type { Authorities, Identity, LogEntry } from "../../tools/signatures/authorities.ts";
import { cosignLayer, envelope, keyBundle, type Signer } from "./hand-made.ts";
import type { Layer } from "./memory-registry.ts";

export const CI: Identity = { issuer: "https://ci.example.com", subject: "https://ci.example.com/team/app@main" };

/** What proves when a signature was made; by default both. */
export interface Proofs {
  readonly log?: boolean;
  readonly timestamp?: boolean;
  /** Logs something else in its place. */
  readonly loggedInstead?: (entry: JsonObject) => JsonObject;
  /** Another time for log and timestamp. */
  readonly authorities?: Authorities;
}

/** A key that exists for one signature, and a certificate for it. */
export async function ephemeral(
  authorities: Authorities,
  identity: Identity,
): Promise<{ signer: Signer; certificate: Buffer }> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = await authorities.certify(identity, publicKey);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { certificate, signer: { pem, sign: (bytes) => sign("sha256", bytes, privateKey) } };
}

/** A signature as cosign 2 leaves it, by a certificate. */
export async function keylessLayer(
  authorities: Authorities,
  identity: Identity,
  payload: Buffer,
  { log = true, timestamp = true, loggedInstead = (entry) => entry, authorities: provers = authorities }: Proofs = {},
): Promise<Layer> {
  const { signer, certificate } = await ephemeral(authorities, identity);
  const layer = cosignLayer(signer, payload);
  const signature = layer.annotations?.["dev.cosignproject.cosign/signature"] ?? "";
  const entry = loggedInstead(hashedRecord(payload, signature, certificate));
  return {
    ...layer,
    annotations: {
      ...layer.annotations,
      "dev.sigstore.cosign/certificate": pemOf(certificate),
      ...(log ? { "dev.sigstore.cosign/bundle": promised(await provers.logged(entry)) } : {}),
      ...(timestamp
        ? { "dev.sigstore.cosign/rfc3161timestamp": stamped(await provers.timestamp(Buffer.from(signature, "base64"))) }
        : {}),
    },
  };
}

/** A signature as cosign 3 leaves it, by a certificate. */
export async function keylessBundle(
  authorities: Authorities,
  identity: Identity,
  digest: string,
  { log = true, timestamp = true, loggedInstead = (entry) => entry, authorities: provers = authorities }: Proofs = {},
  [predicateType, predicate]: readonly [string, JsonObject] = [SIGNATURE_PREDICATE, {}],
): Promise<Layer> {
  const { signer, certificate } = await ephemeral(authorities, identity);
  const signed = envelope(signer, digest, predicateType, predicate);
  const [{ sig }] = signed.signatures as unknown as readonly [{ readonly sig: string }];
  const entry = loggedInstead(envelopeRecord(String(signed.payload), sig, certificate));
  return keyBundle(signed, {
    publicKey: undefined,
    certificate: { rawBytes: certificate.toString("base64") },
    tlogEntries: log ? [bundledEntry(await provers.logged(entry), entry)] : [],
    timestampVerificationData: {
      rfc3161Timestamps: timestamp
        ? [{ signedTimestamp: (await provers.timestamp(Buffer.from(sig, "base64"))).toString("base64") }]
        : [],
    },
  } as unknown as JsonObject);
}

export function keylessOf(root: string, { issuer, subject }: Identity = CI): Authority {
  return { type: "keyless", issuer: { exact: issuer }, subject: { exact: subject }, trustedRoot: { file: root } };
}

function hashedRecord(payload: Buffer, signature: string, certificate: Buffer): JsonObject {
  const publicKey = { content: Buffer.from(pemOf(certificate)).toString("base64") };
  return {
    apiVersion: "0.0.1",
    kind: "hashedrekord",
    spec: { data: { hash: sha256(payload) }, signature: { content: signature, publicKey } },
  };
}

function envelopeRecord(payload: string, signature: string, certificate: Buffer): JsonObject {
  const verifier = Buffer.from(pemOf(certificate)).toString("base64");
  return {
    apiVersion: "0.0.1",
    kind: "dsse",
    spec: { payloadHash: sha256(Buffer.from(payload, "base64")), signatures: [{ signature, verifier }] },
  };
}

function sha256(bytes: Buffer): JsonObject {
  return { algorithm: "sha256", value: createHash("sha256").update(bytes).digest("hex") };
}

function promised({ body, integratedTime, logIndex, logID, verification }: LogEntry): string {
  const Payload = { body, integratedTime, logIndex, logID };
  return JSON.stringify({ SignedEntryTimestamp: verification.signedEntryTimestamp, Payload });
}

function stamped(timestamp: Buffer): string {
  return JSON.stringify({ SignedRFC3161Timestamp: timestamp.toString("base64") });
}

function bundledEntry(entry: LogEntry, { kind, apiVersion }: JsonObject): JsonObject {
  const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, "hex").toString("base64") },
    kindVersion: { kind: kind ?? "", version: apiVersion ?? "" },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash, "hex").toString("base64"),
      treeSize: String(proof.treeSize),
      hashes: [],
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

function pemOf(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}
