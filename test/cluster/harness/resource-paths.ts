import { isObject, listOf, objectOf, textOf } from "../../../src/json/json.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";

/** Where the API server keeps objects of a kind, as it tells itself. */
export class ResourcePaths {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, readonly JsonObject[]>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The collection to create an object in; null where its kind is not served. `namespace`: where it names none. */
  async of(object: JsonObject, namespace: string): Promise<string | null> {
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== "string" || apiVersion === "" || apiVersion.split("/").length > 2) return null;
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = (await this.#resources(base)).find(
      (resource) => resource.kind === kind && !String(resource.name).includes("/"),
    );
    if (found === undefined) return null;
    if (found.namespaced !== true) return `${base}/${found.name}`;
    return `${base}/namespaces/${textOf(objectOf(object.metadata).namespace) ?? namespace}/${found.name}`;
  }

  async #resources(base: string): Promise<readonly JsonObject[]> {
    const known = this.#known.get(base);
    if (known !== undefined) return known;
    const { body } = await this.#cluster.client.get(base);
    const resources = listOf(body.resources).filter(isObject);
    this.#known.set(base, resources);
    return resources;
  }
}
