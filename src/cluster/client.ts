import type { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "../json/value.ts";
import { packageVersion } from "../package/version.ts";
import { readBody } from "./body.ts";
import { readEvents, type WatchEvent } from "./event-stream.ts";
import { type ClusterChoice, loadKubeConfig } from "./kube-config.ts";
import { type ListPage, type PagesOptions, readPages } from "./pages.ts";
import { Transport } from "./transport.ts";

/** Of a request that changes something, or of one that reads. */
export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that the answer may have; by default 32 MiB. */
  readonly most?: number;
}

/** The ways to change an object in part (https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply). */
export type PatchType =
  | "application/merge-patch+json"
  | "application/json-patch+json"
  | "application/strategic-merge-patch+json"
  | "application/apply-patch+yaml";

/** Milliseconds; a list of many objects takes the API server seconds to begin. */
const SILENCE = 60_000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The API server, by paths and plain JSON: the generated clients know only the built-in kinds, and load all of them.
 * Every method throws ApiError where the server refuses, and TransportError where it does not answer.
 */
export class ClusterClient {
  readonly kubeConfig: KubeConfig;
  readonly #transport: Transport;

  constructor(kubeConfig: KubeConfig) {
    this.kubeConfig = kubeConfig;
    this.#transport = new Transport(kubeConfig, `paddlock/${packageVersion()}`);
  }

  /** @throws ConfigurationError where there are no credentials */
  static connect(choice: ClusterChoice = {}): ClusterClient {
    return new ClusterClient(loadKubeConfig(choice));
  }

  get(path: string, options: RequestOptions = {}): Promise<JsonObject> {
    return this.#ask("GET", path, options);
  }

  create(path: string, object: JsonObject, options: RequestOptions = {}): Promise<JsonObject> {
    return this.#ask("POST", path, options, JSON.stringify(object));
  }

  /** Refused with 409 where the object's `metadata.resourceVersion` is no longer the newest. */
  replace(path: string, object: JsonObject, options: RequestOptions = {}): Promise<JsonObject> {
    return this.#ask("PUT", path, options, JSON.stringify(object));
  }

  patch(
    path: string,
    patch: JsonObject | readonly JsonObject[],
    type: PatchType,
    options: RequestOptions = {},
  ): Promise<JsonObject> {
    return this.#ask("PATCH", path, options, JSON.stringify(patch), type);
  }

  delete(path: string, options: RequestOptions = {}): Promise<JsonObject> {
    return this.#ask("DELETE", path, options);
  }

  /** The objects at a path, page by page. */
  pages(path: string, options: PagesOptions & RequestOptions = {}): AsyncGenerator<ListPage> {
    const ask = (query: Record<string, string>, most = MOST_BYTES): Promise<JsonObject> =>
      this.get(path, { ...options, query: { ...options.query, ...query }, most: Math.min(most, options.most ?? most) });
    return readPages(ask, options);
  }

  /**
   * Opens a watch, and waits until the API server has taken it. The events end when the server closes it, and throw
   * when the connection breaks, or says nothing for `idleTimeout` milliseconds.
   */
  async watch(
    path: string,
    query: RequestOptions["query"],
    idleTimeout: number,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<WatchEvent>> {
    const all = { ...query, watch: "true" };
    const request = { method: "GET", path, query: all, signal, idleTimeout, headTimeout: SILENCE } as const;
    const response = await this.#transport.open(request);
    if (response.statusCode !== 200) await readBody(response, MOST_BYTES);
    return readEvents(response);
  }

  /** Ends every request; the client is of no use any more. */
  close(): void {
    this.#transport.close();
  }

  async #ask(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    { query = {}, signal, most = MOST_BYTES }: RequestOptions,
    body?: string,
    contentType = "application/json",
  ): Promise<JsonObject> {
    const sent = body === undefined ? {} : { body, contentType };
    const response = await this.#transport.open({ method, path, query, signal, idleTimeout: SILENCE, ...sent });
    return readBody(response, most);
  }
}
