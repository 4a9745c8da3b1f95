import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../../src/json/value.ts";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/registry-error.ts";
import { type FakeServer, failure, json, send, startServer } from "../registry/fake-registry.ts";
import { cosignLayer, newSigner, type Signer, simpleSigning } from "./hand-made.ts";
import { MemoryRegistry } from "./memory-registry.ts";

const statuses: { readonly [kind in RegistryErrorKind]?: number } = {
  "not-found": 404,
  unauthorized: 401,
  forbidden: 403,
  "rate-limited": 429,
};

/** A registry on loopback, with images that a key of its own signed. It speaks plain HTTP, without the referrers API. */
export class ServedRegistry {
  readonly content: MemoryRegistry;
  readonly signer: Signer;
  readonly #server: FakeServer;

  private constructor(content: MemoryRegistry, server: FakeServer) {
    this.content = content;
    this.signer = newSigner();
    this.#server = server;
  }

  static async start(): Promise<ServedRegistry> {
    const content = new MemoryRegistry();
    const server = await startServer((request, response) => void answer(content, request, response));
    return new ServedRegistry(content, server);
  }

  get host(): string {
    return this.#server.host;
  }

  /** `METHOD /path` of all that it was asked. */
  get asked(): string[] {
    return this.#server.asked;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** An image of this repository and tag that nobody signed. */
  unsigned(repository: string, tag: string = "1"): { readonly image: string; readonly digest: string } {
    const digest = this.content.image(repository, tag, `${repository}:${tag}`);
    return { image: `${this.host}/${repository}:${tag}`, digest };
  }

  /** The same, signed as cosign 2 does. */
  signed(
    repository: string,
    tag: string = "1",
    signer: Signer = this.signer,
  ): { readonly image: string; readonly digest: string } {
    const image = this.unsigned(repository, tag);
    const identity: JsonObject = { "docker-reference": `${this.host}/${repository}` };
    const layer = cosignLayer(signer, simpleSigning(repository, image.digest, { identity }));
    this.content.artifact(repository, { tag: `${image.digest.replace(":", "-")}.sig`, layers: [layer] });
    return image;
  }

  /**
   * A configuration with a policy for all that it holds, by its key.
   * @param more further lines of the block signatures
   */
  configuration({ more = "", images = `${this.host}/**`, file }: Asked = {}): string {
    const key = file === undefined ? `inline: ${JSON.stringify(this.signer.pem)}` : `file: ${file}`;
    return `signatures:
  policies: [{ name: ours, images: ["${images}"], authorities: [{ key: { ${key} } }] }]
${more === "" ? "" : `  ${more}\n`}registries: [{ host: "${this.host}", insecure: true }]
`;
  }
}

interface Asked {
  readonly more?: string;
  readonly images?: string;
  /** A file with the key; default: in the configuration itself. */
  readonly file?: string;
}

async function answer(content: MemoryRegistry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
  if (path === "/v2/") return json(response, 200, {});
  const [, repository = "", kind, reference = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
  const name = { host: "127.0.0.1", path: repository };
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    if (kind === "manifests") {
      const { bytes, mediaType, digest } = await content.manifest(name, reference, gone.signal);
      return send(request, response, bytes, { "content-type": mediaType, "docker-content-digest": digest });
    }
    if (kind === "blobs") {
      const bytes = await content.blob(name, { digest: reference, size: 0 }, { signal: gone.signal });
      return send(request, response, bytes, { "content-type": "application/octet-stream" });
    }
    // As servers without the referrers API do.
    response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    failure(response, statuses[error.kind] ?? 500, "DENIED");
  }
}
