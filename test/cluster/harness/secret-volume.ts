import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectOf } from "../../../src/json/json.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";

/** A kubelet looks once a minute; a test has no patience for that. */
const LOOK_MS = 200;

/**
 * A Secret as files, kept up to date as a kubelet does it: each key is a link into `..data`, which is a link to the
 * folder of one version, so that all files change at once.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
 */
export class SecretVolume {
  readonly folder: string;
  readonly #cluster: Cluster;
  readonly #path: string;
  readonly #looking: NodeJS.Timeout;
  #version = "";
  #current: string | null = null;

  private constructor(cluster: Cluster, path: string) {
    this.#cluster = cluster;
    this.#path = path;
    this.folder = mkdtempSync(join(cluster.processes.folder, "secret-"));
    this.#looking = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
  }

  /** Waits until the Secret is there. @throws Error where it is not, in half a minute */
  static async mount(cluster: Cluster, namespace: string, name: string): Promise<SecretVolume> {
    const volume = new SecretVolume(cluster, `/api/v1/namespaces/${namespace}/secrets/${name}`);
    for (let tries = 0; !(await volume.#look()); tries++) {
      if (tries === 150) throw new Error(`there is no Secret ${namespace}/${name}`);
      await new Promise((settle) => setTimeout(settle, LOOK_MS));
    }
    return volume;
  }

  unmount(): void {
    clearInterval(this.#looking);
  }

  async #look(): Promise<boolean> {
    const { status, body } = await this.#cluster.client.get(this.#path);
    if (status !== 200) return this.#version !== "";
    const version = String(objectOf(body.metadata).resourceVersion);
    if (version !== this.#version) this.#write(objectOf(body.data), version);
    return true;
  }

  #write(data: JsonObject, version: string): void {
    const next = `..${version}`;
    mkdirSync(join(this.folder, next), { recursive: true });
    for (const [key, value] of Object.entries(data)) {
      writeFileSync(join(this.folder, next, key), Buffer.from(String(value), "base64"));
    }
    symlinkSync(next, join(this.folder, "..data_tmp"));
    renameSync(join(this.folder, "..data_tmp"), join(this.folder, "..data"));
    if (this.#current === null)
      for (const key of Object.keys(data)) symlinkSync(join("..data", key), join(this.folder, key));
    else rmSync(join(this.folder, this.#current), { recursive: true });
    this.#current = next;
    this.#version = version;
  }
}
