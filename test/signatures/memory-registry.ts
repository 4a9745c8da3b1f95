import { createHash } from "node:crypto";
import type { JsonObject } from "../../src/json/value.ts";
import { type Descriptor, readDescriptor } from "../../src/registry/descriptor.ts";
import type { Manifest } from "../../src/registry/manifest.ts";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/registry-error.ts";
import type { RepositoryName } from "../../src/registry/repository.ts";
import type { SignatureRegistry } from "../../src/signatures/image-verifier.ts";

export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const INDEX = "application/vnd.oci.image.index.v1+json";

export interface Layer {
  readonly mediaType: string;
  readonly content: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A registry without a network, which counts what it is asked. */
export class MemoryRegistry implements SignatureRegistry {
  readonly #tags: Map<string, string> = new Map();
  readonly #manifests: Map<string, Manifest> = new Map();
  readonly #blobs: Map<string, Uint8Array> = new Map();
  /** Calls, such as `manifest team/app sha256-….sig`. */
  readonly asked: string[] = [];
  /** What to refuse: the beginning of a call, and how. */
  readonly refusals: Map<string, RegistryErrorKind> = new Map();
  /** Holds every call back until it is settled. */
  gate: Promise<void> = Promise.resolve();

  put(repository: string, json: JsonObject, tag?: string): string {
    const bytes = Buffer.from(JSON.stringify(json));
    return this.putBytes(repository, bytes, String(json.mediaType), tag);
  }

  putBytes(repository: string, bytes: Buffer, mediaType: string, tag?: string): string {
    const digest = digestOf(bytes);
    this.#manifests.set(`${repository}@${digest}`, { digest, mediaType, bytes, json: JSON.parse(bytes.toString()) });
    if (tag !== undefined) this.#tags.set(`${repository}:${tag}`, digest);
    return digest;
  }

  putBlob(content: Uint8Array): { digest: string; size: number } {
    const digest = digestOf(content);
    this.#blobs.set(digest, content);
    return { digest, size: content.length };
  }

  tag(repository: string, tag: string, digest: string): void {
    this.#tags.set(`${repository}:${tag}`, digest);
  }

  /** An image with nothing in it; its digest. */
  image(repository: string, tag: string, text: string = tag): string {
    return this.artifact(repository, { tag, layers: [{ mediaType: "text/plain", content: Buffer.from(text) }] });
  }

  artifact(
    repository: string,
    options: {
      tag?: string;
      subject?: string;
      artifactType?: string;
      annotations?: JsonObject;
      layers: readonly Layer[];
    },
  ): string {
    const { tag, subject, artifactType, annotations } = options;
    const layers = options.layers.map(({ mediaType, content, annotations = {} }) => ({
      mediaType,
      ...this.putBlob(content),
      annotations,
    }));
    const config = { mediaType: "application/vnd.oci.empty.v1+json", ...this.putBlob(Buffer.from("{}")) };
    const of = subject === undefined ? {} : { subject: { mediaType: MANIFEST, digest: subject, size: 1 } };
    const type = artifactType === undefined ? {} : { artifactType };
    const notes = annotations === undefined ? {} : { annotations };
    return this.put(
      repository,
      { schemaVersion: 2, mediaType: MANIFEST, config, layers, ...of, ...type, ...notes },
      tag,
    );
  }

  withCredentials(): this {
    return this;
  }

  async resolve(
    { repository, tag, digest }: Parameters<SignatureRegistry["resolve"]>[0],
    signal?: AbortSignal,
  ): Promise<{ digest: string; mediaType: string }> {
    const found = await this.#find(repository, digest ?? tag ?? "latest", "resolve", signal);
    return { digest: found.digest, mediaType: found.mediaType };
  }

  manifest(repository: RepositoryName, reference: string, signal?: AbortSignal): Promise<Manifest> {
    return this.#find(repository, reference, "manifest", signal);
  }

  async blob(
    repository: RepositoryName,
    { digest, size }: Pick<Descriptor, "digest" | "size">,
    { most = 4 << 20, signal }: { most?: number; signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    await this.#note(`blob ${repository.path} ${digest}`, repository, signal);
    if (size > most) throw new RegistryError("too-large", placeOf(repository));
    const content = this.#blobs.get(digest);
    if (content === undefined) throw new RegistryError("not-found", placeOf(repository));
    return content;
  }

  async referrers(
    repository: RepositoryName,
    digest: string,
    _type?: string,
    signal?: AbortSignal,
  ): Promise<readonly Descriptor[]> {
    await this.#note(`referrers ${repository.path} ${digest}`, repository, signal);
    const listed: Descriptor[] = [];
    for (const [name, manifest] of this.#manifests) {
      const { subject, artifactType = "application/vnd.oci.empty.v1+json" } = manifest.json;
      const of = typeof subject === "object" && subject !== null && "digest" in subject ? subject.digest : null;
      if (!name.startsWith(`${repository.path}@`) || of !== digest) continue;
      const { mediaType, bytes } = manifest;
      listed.push(
        readDescriptor({ mediaType, artifactType, digest: manifest.digest, size: bytes.length }, placeOf(repository)),
      );
    }
    const fallback = this.#tags.get(`${repository.path}:${digest.replace(":", "-")}`);
    const index = fallback === undefined ? undefined : this.#manifests.get(`${repository.path}@${fallback}`);
    const members = index?.json.manifests;
    if (listed.length === 0 && Array.isArray(members)) {
      for (const member of members) listed.push(readDescriptor(member, placeOf(repository)));
    }
    if (listed.length > 50) throw new RegistryError("too-many", placeOf(repository));
    return listed;
  }

  async #find(
    repository: RepositoryName,
    reference: string,
    call: string,
    signal: AbortSignal | undefined,
  ): Promise<Manifest> {
    await this.#note(`${call} ${repository.path} ${reference}`, repository, signal);
    const digest = reference.includes(":") ? reference : this.#tags.get(`${repository.path}:${reference}`);
    const found = digest === undefined ? undefined : this.#manifests.get(`${repository.path}@${digest}`);
    if (found === undefined) throw new RegistryError("not-found", placeOf(repository));
    return found;
  }

  async #note(call: string, repository: RepositoryName, signal: AbortSignal | undefined): Promise<void> {
    this.asked.push(call);
    await Promise.race([
      this.gate,
      new Promise((_, reject) => {
        const refuse = (): void => reject(new RegistryError("timeout", placeOf(repository)));
        if (signal?.aborted === true) refuse();
        else signal?.addEventListener("abort", refuse, { once: true });
      }),
    ]);
    for (const [beginning, kind] of this.refusals) {
      if (call.startsWith(beginning)) throw new RegistryError(kind, placeOf(repository));
    }
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function placeOf({ host, path }: RepositoryName): { host: string; repository: string } {
  return { host, repository: path };
}
