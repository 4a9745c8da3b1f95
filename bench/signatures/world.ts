import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SignaturePolicy, SignatureSettings } from "../../src/config/signatures.ts";
import { crane, pushImage } from "../../tools/registry/images.ts";
import { type Registry, startRegistry } from "../../tools/registry/registry.ts";
import { Cosign, type KeyFiles } from "../../tools/signatures/cosign.ts";
import { SlowProxy } from "./slow-proxy.ts";

export interface SignedImage {
  /** `ml/app-7` */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** cosign takes many images in one call, but not in a line of any length. */
const inOneCall = 50;
const pushedAtOnce = 4;

/** A registry on loopback with images that cosign signed with a key, by tags as version 2 does, and what names them. */
export class World {
  readonly registry: Registry;
  readonly proxy: SlowProxy;
  readonly cosign: Cosign;
  readonly keys: KeyFiles;
  readonly images: SignedImage[] = [];

  private constructor(registry: Registry, proxy: SlowProxy, cosign: Cosign, keys: KeyFiles) {
    this.registry = registry;
    this.proxy = proxy;
    this.cosign = cosign;
    this.keys = keys;
  }

  /** @throws ToolMissingError where a tool cannot be had */
  static async open(count: number): Promise<World> {
    const registry = await startRegistry({ kind: "docker" });
    const proxy = await SlowProxy.start(registry.url);
    const folder = join(registry.folder, "cosign");
    mkdirSync(folder);
    const cosign = new Cosign(2, folder, registry.env);
    const world = new World(registry, proxy, cosign, await cosign.newKeys("bench"));
    await world.#push(count);
    return world;
  }

  named({ repository, tag, digest }: SignedImage): string {
    return `${this.registry.host}/${repository}:${tag}@${digest}`;
  }

  /** Another image, pushed and signed by a given name of the registry: its signature is of that name. */
  async another(repository: string, host: string): Promise<SignedImage> {
    const image = { repository, tag: "1", digest: await pushImage(this.registry, `${repository}:1`) };
    await this.cosign.sign(`${host}/${repository}@${image.digest}`, this.keys);
    return image;
  }

  /** A policy for all that the registry holds, by the key. */
  settings(): SignatureSettings {
    const policy: SignaturePolicy = {
      name: "bench",
      images: [`${this.registry.host}/**`],
      exclude: [],
      require: "any",
      formats: ["cosign"],
      authorities: [{ type: "key", key: { file: this.keys.publicKey } }],
      attestations: [],
    };
    return { noMatch: "deny", onError: "deny", policies: [policy] };
  }

  /** The same as the text of a configuration, for the registry and for the proxy before it. */
  configuration(): string {
    const key = JSON.stringify(readFileSync(this.keys.publicKey, "utf8"));
    const hosts = [this.registry.host, this.proxy.host];
    return `signatures:
  noMatch: deny
  policies:
    - name: bench
      images: ${JSON.stringify(hosts.map((host) => `${host}/**`))}
      formats: [cosign]
      authorities: [{ key: { inline: ${key} } }]
registries: ${JSON.stringify(hosts.map((host) => ({ host, insecure: true })))}
`;
  }

  async close(): Promise<void> {
    // What waits for processes alone does not keep the loop alive.
    const awake = setInterval(() => {}, 60_000);
    await this.proxy.close();
    await this.registry.stop().finally(() => clearInterval(awake));
  }

  async #push(count: number): Promise<void> {
    const left = Array.from({ length: count }, (_, n) => n).values();
    const lane = async (): Promise<void> => {
      for (const n of left) {
        const repository = `ml/app-${n}`;
        const digest = await pushImage(this.registry, `${repository}:1`);
        await crane(this.registry, ["tag", `${this.registry.host}/${repository}@${digest}`, "latest"]);
        this.images[n] = { repository, tag: "1", digest };
      }
    };
    await Promise.all(Array.from({ length: pushedAtOnce }, lane));
    const names = this.images.map(({ repository, digest }) => `${this.registry.host}/${repository}@${digest}`);
    for (let at = 0; at < names.length; at += inOneCall) {
      const [last = "", ...others] = names.slice(at, at + inOneCall).reverse();
      await this.cosign.sign(last, this.keys, ...others);
    }
  }
}
