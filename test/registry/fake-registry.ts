import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { RegistrySettings } from "../../src/config/signatures.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { noCredentials } from "../../src/registry/credentials.ts";
import type { Limits } from "../../src/registry/limits.ts";
import { RegistryClient, type RegistryClientOptions } from "../../src/registry/registry-client.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";

export const INDEX = "application/vnd.oci.image.index.v1+json";
export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** Waits short enough for a test. */
export const BRISK: Partial<Limits> = { firstWait: 1, idleTime: 1_000, requestTime: 2_000, callTime: 10_000 };

/** A server on loopback that a test has in hand. */
export interface FakeServer {
  readonly host: string;
  readonly url: string;
  /** `METHOD /path` of all that it was asked. */
  readonly asked: string[];
  /** The Authorization header of each of them. */
  readonly shown: (string | undefined)[];
  close(): Promise<void>;
}

export async function startServer(
  listener: RequestListener,
  tls?: { readonly cert: string; readonly key: string },
): Promise<FakeServer> {
  const asked: string[] = [];
  const shown: (string | undefined)[] = [];
  const noting: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    shown.push(request.headers.authorization);
    listener(request, response);
  };
  const server: Server = tls === undefined ? createServer(noting) : createTlsServer(tls, noting);
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    url: `${tls === undefined ? "http" : "https"}://${host}`,
    asked,
    shown,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function digestOf(bytes: string | Uint8Array, algorithm: string = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** What a registry holds, and how it answers when nothing is wrong with it. */
export class Content {
  /** By `repository:reference`. */
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }> = new Map();
  readonly blobs: Map<string, Buffer> = new Map();

  /** Adds a manifest under its digest, and a tag; its digest. */
  manifest(
    repository: string,
    json: JsonObject,
    { type = MANIFEST, tag }: { type?: string; tag?: string } = {},
  ): string {
    const bytes = Buffer.from(JSON.stringify(json));
    const digest = digestOf(bytes);
    this.manifests.set(`${repository}:${digest}`, { type, bytes });
    if (tag !== undefined) this.manifests.set(`${repository}:${tag}`, { type, bytes });
    return digest;
  }

  blob(bytes: Buffer): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  readonly answer: RequestListener = (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    if (path === "/v2/") return void json(response, 200, {});
    const [, repository, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (kind === "manifests") {
      const found = this.manifests.get(`${repository}:${reference}`);
      if (found === undefined) return void failure(response, 404, "MANIFEST_UNKNOWN");
      const { type, bytes } = found;
      return void send(request, response, bytes, { "content-type": type, "docker-content-digest": digestOf(bytes) });
    }
    if (kind === "blobs") {
      const bytes = this.blobs.get(reference ?? "");
      if (bytes === undefined) return void failure(response, 404, "BLOB_UNKNOWN");
      return void send(request, response, bytes, { "content-type": "application/octet-stream" });
    }
    // As servers without the referrers API do.
    response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
  };
}

export function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { "content-length": bytes.length, ...headers });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

export function json(
  response: ServerResponse,
  status: number,
  value: JsonValue,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

export function failure(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  json(response, status, { errors: [{ code, message: "as the server words it" }] }, headers);
}

/** A manifest without anything in it; `n` tells one from another. */
export function plainManifest(n: number = 0): JsonObject {
  return { schemaVersion: 2, mediaType: MANIFEST, layers: [], annotations: { n: String(n) } };
}

export function referrer(n: number, artifactType: string = SIGNATURE): JsonObject {
  return { mediaType: MANIFEST, digest: digestOf(`referrer ${n}`), size: 100 + n, artifactType };
}

export function index(manifests: readonly JsonObject[]): JsonObject {
  return { schemaVersion: 2, mediaType: INDEX, manifests };
}

export function plainHttp(host: string, more: Partial<RegistrySettings> = {}): RegistrySettings {
  return { host, insecure: true, mirrors: [], ...more };
}

/** A client of these registries, with waits for tests. */
export function clientOf(
  registries: readonly RegistrySettings[],
  { limits, ...more }: Partial<Omit<RegistryClientOptions, "registries">> = {},
): RegistryClient {
  return new RegistryClient({ registries, credentials: noCredentials, ...more, limits: { ...BRISK, ...limits } });
}

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<RegistryError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}
