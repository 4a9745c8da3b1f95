import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Authority, SignaturePolicy, SignatureSettings } from "../../src/config/signatures.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { ImageVerifier, type ImageVerifierOptions } from "../../src/signatures/image-verifier.ts";
import { SIGNATURE_PREDICATE, STATEMENT_TYPE } from "../../src/signatures/terms/statement.ts";
import type { Layer, MemoryRegistry } from "./memory-registry.ts";

export const HOST = "registry.example.com";

/** A key pair whose signatures tests make themselves, where what real tools make is not wrong enough. */
export interface Signer {
  readonly pem: string;
  sign(bytes: Uint8Array): Buffer;
}

export function newSigner(kind: "P-256" | "P-384" | "P-521" | "RSA" | "Ed25519" = "P-256", hash?: string): Signer {
  const { privateKey, publicKey } = keysOf(kind);
  const algorithm = kind === "Ed25519" ? null : (hash ?? "sha256");
  return {
    pem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (bytes) => sign(algorithm, bytes, privateKey),
  };
}

function keysOf(kind: Parameters<typeof newSigner>[0]): { privateKey: KeyObject; publicKey: KeyObject } {
  if (kind === "RSA") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  if (kind === "Ed25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("ec", { namedCurve: kind ?? "P-256" });
}

/** What cosign signs. */
export function simpleSigning(repository: string, digest: string, changed: JsonObject = {}): Buffer {
  const critical = {
    identity: { "docker-reference": `${HOST}/${repository}` },
    image: { "docker-manifest-digest": digest },
    type: "cosign container image signature",
    ...changed,
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/** A layer as cosign 2 leaves it. */
export function cosignLayer(signer: Signer, payload: Buffer, annotations: Record<string, string> = {}): Layer {
  return {
    mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
    content: payload,
    annotations: { "dev.cosignproject.cosign/signature": signer.sign(payload).toString("base64"), ...annotations },
  };
}

/** Signs an image as cosign 2 does; several signers at once. */
export function cosignSign(registry: MemoryRegistry, repository: string, digest: string, ...signers: Signer[]): void {
  const layers = signers.map((signer) => cosignLayer(signer, simpleSigning(repository, digest)));
  registry.artifact(repository, { tag: `${digest.replace(":", "-")}.sig`, layers });
}

/** A DSSE envelope with a statement about an image. */
export function envelope(
  signer: Signer,
  digest: string,
  predicateType: string,
  predicate: JsonObject,
  type: string = STATEMENT_TYPE,
): JsonObject {
  const [algorithm = "", hex = ""] = digest.split(":");
  const subject = [{ name: "", digest: { [algorithm]: hex } }];
  const statement = { _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate };
  const payload = Buffer.from(JSON.stringify(statement));
  const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  return {
    payloadType: type,
    payload: payload.toString("base64"),
    signatures: [{ sig: signer.sign(encoded).toString("base64") }],
  };
}

/** A sigstore bundle that a key signed. */
export function keyBundle(dsseEnvelope: JsonObject, material: JsonObject = {}): Layer {
  const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const verificationMaterial = { publicKey: { hint: "" }, tlogEntries: [], ...material };
  return { mediaType, content: Buffer.from(JSON.stringify({ mediaType, verificationMaterial, dsseEnvelope })) };
}

/** Signs an image as cosign 3 does. */
export function bundleSign(registry: MemoryRegistry, repository: string, digest: string, signer: Signer): void {
  const layer = keyBundle(envelope(signer, digest, SIGNATURE_PREDICATE, {}));
  registry.artifact(repository, { subject: digest, layers: [layer] });
}

export function keyOf(signer: Signer): Authority {
  return { type: "key", key: { inline: signer.pem } };
}

export function policyOf(authorities: readonly Authority[], changed: Partial<SignaturePolicy> = {}): SignaturePolicy {
  return {
    name: "ours",
    images: [`${HOST}/**`],
    exclude: [],
    require: "any",
    formats: ["cosign", "bundle", "notation"],
    authorities,
    attestations: [],
    ...changed,
  };
}

export function verifierOf(
  registry: MemoryRegistry,
  policies: readonly SignaturePolicy[],
  { noMatch = "warn", onError = "deny", ...options }: Partial<SignatureSettings & ImageVerifierOptions> = {},
): Promise<ImageVerifier> {
  return ImageVerifier.prepare({ settings: { noMatch, onError, policies }, registry, language: "en", ...options });
}
