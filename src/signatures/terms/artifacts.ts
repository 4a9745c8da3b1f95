import type { Descriptor } from "../../registry/descriptor.ts";
import { layersOf, type Manifest } from "../../registry/manifest.ts";
import type { RegistryClient } from "../../registry/registry-client.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import type { RepositoryName } from "../../registry/repository.ts";
import { type Obstacle, obstacleOf } from "./rejection.ts";

/** What was asked for, or what keeps the registry from giving it. */
export type Read<Value> = { readonly value: Value } | { readonly obstacle: Obstacle };

/** As much of the registry client as reading signatures needs. */
export type SignatureSource = Pick<RegistryClient, "resolve" | "manifest" | "blob" | "referrers">;

/** A manifest that holds signatures or attestations, opened. */
export interface Artifact {
  readonly manifest: Manifest;
  readonly layers: readonly Descriptor[];
}

/** What a registry holds beside one image. Each thing is fetched once, when it is first asked for. */
export class ImageArtifacts {
  readonly repository: RepositoryName;
  /** Of the image. */
  readonly digest: string;
  readonly #source: SignatureSource;
  readonly #signal: AbortSignal;
  readonly #tagged: Map<string, Promise<Artifact | null>> = new Map();
  readonly #opened: Map<string, Promise<Artifact>> = new Map();
  readonly #blobs: Map<string, Promise<Uint8Array>> = new Map();
  #referrers: Promise<readonly Descriptor[]> | undefined;
  #image: Promise<Manifest> | undefined;

  constructor(source: SignatureSource, repository: RepositoryName, digest: string, signal: AbortSignal) {
    this.#source = source;
    this.repository = repository;
    this.digest = digest;
    this.#signal = signal;
  }

  /** The manifest of the image itself. @throws RegistryError */
  image(): Promise<Manifest> {
    this.#image ??= this.#source.manifest(this.repository, this.digest, this.#signal);
    return this.#image;
  }

  /** What stands under the tag `sha256-<hex>.<suffix>`; null where there is no such tag. @throws RegistryError */
  tagged(suffix: "sig" | "att"): Promise<Artifact | null> {
    return once(this.#tagged, suffix, async () => {
      try {
        return await this.#open(`${this.digest.replace(":", "-")}.${suffix}`);
      } catch (error) {
        if (error instanceof RegistryError && error.kind === "not-found") return null;
        throw error;
      }
    });
  }

  /** The manifests that refer to the image; one that cannot be read is an obstacle. @throws RegistryError for the list */
  async *referrers(): AsyncGenerator<Read<Artifact>> {
    this.#referrers ??= this.#source.referrers(this.repository, this.digest, undefined, this.#signal);
    for (const { digest } of await this.#referrers) {
      yield await read(() => once(this.#opened, digest, () => this.#open(digest)));
    }
  }

  /** The content of a layer, at most `most` bytes. @throws RegistryError */
  blob(descriptor: Descriptor, most: number): Promise<Uint8Array> {
    return once(this.#blobs, `${descriptor.digest} ${descriptor.size}`, () =>
      this.#source.blob(this.repository, descriptor, { most, signal: this.#signal }),
    );
  }

  async #open(reference: string): Promise<Artifact> {
    const manifest = await this.#source.manifest(this.repository, reference, this.#signal);
    const place = { host: this.repository.host, repository: this.repository.path };
    return { manifest, layers: layersOf(manifest, place) };
  }
}

/** @throws nothing of the registry's */
export async function read<Value>(call: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof RegistryError) return { obstacle: obstacleOf(error) };
    throw error;
  }
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, start: () => Promise<Value>): Promise<Value> {
  const running = known.get(key) ?? start();
  known.set(key, running);
  return running;
}
