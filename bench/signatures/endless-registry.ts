import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Manifest } from "../../src/registry/manifest.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { RepositoryName } from "../../src/registry/repository.ts";
import type { SignatureRegistry } from "../../src/signatures/image-verifier.ts";

type Resolve = SignatureRegistry["resolve"];
type Blob = SignatureRegistry["blob"];

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** A registry without a network that holds every image there could be, signed as cosign 2 does, and keeps nothing. */
export class EndlessRegistry implements SignatureRegistry {
  /** PEM */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;
  /** Between a manifest and its blob. */
  readonly #payloads: Map<string, Buffer> = new Map();

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.publicKey = publicKey.export({ type: "spki", format: "pem" }).toString();
    this.#privateKey = privateKey;
  }

  withCredentials(): this {
    return this;
  }

  async resolve({ repository, tag }: Parameters<Resolve>[0]): ReturnType<Resolve> {
    return { digest: digestOf(`${repository.path}:${tag}`), mediaType: manifestType };
  }

  async manifest(repository: RepositoryName, reference: string): Promise<Manifest> {
    const hex = /^sha256-([0-9a-f]{64})\.sig$/.exec(reference)?.[1];
    if (hex === undefined) throw new RegistryError("not-found", { host: repository.host, repository: repository.path });
    const payload = payloadOf(repository, `sha256:${hex}`);
    const signature = sign("sha256", payload, this.#privateKey).toString("base64");
    const layer = {
      mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
      digest: digestOf(payload),
      size: payload.length,
      annotations: { "dev.cosignproject.cosign/signature": signature },
    };
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf("{}"), size: 2 };
    const json = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
    const bytes = Buffer.from(JSON.stringify(json));
    this.#payloads.set(layer.digest, payload);
    return { digest: digestOf(bytes), mediaType: manifestType, bytes, json };
  }

  async blob(repository: RepositoryName, { digest }: Parameters<Blob>[1]): ReturnType<Blob> {
    const payload = this.#payloads.get(digest);
    if (payload === undefined)
      throw new RegistryError("not-found", { host: repository.host, repository: repository.path });
    this.#payloads.delete(digest);
    return payload;
  }

  async referrers(): Promise<readonly []> {
    return [];
  }
}

function payloadOf({ host, path }: RepositoryName, digest: string): Buffer {
  const critical = {
    identity: { "docker-reference": `${host}/${path}` },
    image: { "docker-manifest-digest": digest },
    type: "cosign container image signature",
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

function digestOf(content: string | Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
