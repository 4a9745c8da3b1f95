import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { ClusterClient } from "./client.ts";

/** The key of the ConfigMap that holds the configuration. */
const key = "paddlock.yaml";

/** The configuration of a release, as the cluster keeps it. */
export class ReleaseConfiguration {
  readonly #client: ClusterClient;
  readonly #path: string;
  #object: JsonObject = {};

  constructor(client: ClusterClient, { namespace, name }: { readonly namespace: string; readonly name: string }) {
    this.#client = client;
    this.#path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  }

  /** Its text; null where the ConfigMap has none. @throws ApiError, TransportError */
  async read(): Promise<string | null> {
    this.#object = await this.#client.get(this.#path);
    return textOf(objectOf(this.#object.data)[key]);
  }

  /** The name of the helm release that it was made by, as far as was read; null: by something else. */
  get helmRelease(): string | null {
    const labels = objectOf(objectOf(this.#object.metadata).labels);
    if (labels["app.kubernetes.io/managed-by"] !== "Helm") return null;
    return textOf(labels["app.kubernetes.io/instance"]);
  }

  /** Writes another text in place of that which was read. @throws ApiError: 409 where somebody else has written meanwhile */
  async write(text: string): Promise<void> {
    const data = { ...objectOf(this.#object.data), [key]: text };
    this.#object = await this.#client.replace(this.#path, { ...this.#object, data });
  }
}
