import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request as requestOverTls } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { untilAborted } from "../budget/until-aborted.ts";
import { systemReason } from "../messages/system-reason.ts";
import { messageIn } from "../messages/thrown.ts";
import { TransportError } from "./api-error.ts";
import { clusterWords } from "./words.ts";

/** One request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute, below the server's address: `/api/v1/namespaces`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly idleTimeout: number;
  /** The same before the answer begins, where that is shorter. */
  readonly headTimeout?: number;
}

type Stop = (error: TransportError) => void;

/**
 * HTTPS with the credentials of a kubeconfig. Of the client library only the kubeconfig is used, which knows tokens
 * that are renewed in a file, programs that hand out credentials, and proxies: its requests are generated for each kind,
 * and its watches take no notice of a line that they cannot read, and put no limit to its length.
 */
export class Transport {
  readonly #kubeConfig: KubeConfig;
  readonly #userAgent: string;
  readonly #server: string;
  // TLS options travel with each request, so that a renewed certificate opens connections of its own.
  readonly #agent = new Agent({ keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8 });
  readonly #running = new Set<Stop>();
  #closed = false;

  constructor(kubeConfig: KubeConfig, userAgent: string) {
    this.#kubeConfig = kubeConfig;
    this.#userAgent = userAgent;
    this.#server = (kubeConfig.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  }

  /**
   * Sends a request and waits for the head of the answer, whatever its status. The body is to be read, or destroyed.
   *
   * @throws TransportError
   */
  async open(asked: ApiRequest): Promise<IncomingMessage> {
    // Credentials may come from a program that does not end.
    const options = await (asked.signal === undefined
      ? this.#authorized()
      : untilAborted(this.#authorized(), asked.signal, givenUp));
    if (this.#closed || asked.signal?.aborted)
      throw new TransportError("closed", (language) => clusterWords[language].clientClosed);
    const { response, reused } = await this.#send(asked, options);
    if (response instanceof Error) {
      // The server may close a kept connection at the moment it is used again; a read can be asked once more.
      if (reused && asked.method === "GET" && !this.#closed && !asked.signal?.aborted) {
        const again = await this.#send(asked, options);
        if (!(again.response instanceof Error)) return again.response;
      }
      throw response;
    }
    return response;
  }

  /** Ends every connection, at once. */
  close(): void {
    this.#closed = true;
    const error = new TransportError("closed", (language) => clusterWords[language].clientClosed);
    for (const stop of this.#running) stop(error);
    this.#agent.destroy();
  }

  async #authorized(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    try {
      await this.#kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      throw new TransportError("unreachable", (language) =>
        clusterWords[language].noCredentials(systemReason(error, language)),
      );
    }
    const proxied = this.#kubeConfig.getCurrentCluster()?.proxyUrl !== undefined;
    return proxied ? options : { ...options, agent: this.#agent };
  }

  #send(asked: ApiRequest, options: RequestOptions): Promise<{ response: IncomingMessage | Error; reused: boolean }> {
    const url = new URL(this.#server + asked.path);
    for (const [key, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const head = Math.min(asked.headTimeout ?? asked.idleTimeout, asked.idleTimeout);
    const body = asked.body === undefined ? undefined : Buffer.from(asked.body);
    return new Promise((resolve) => {
      const request = requestOverTls(url, {
        ...options,
        method: asked.method,
        timeout: head,
        headers: {
          ...options.headers,
          accept: "application/json",
          "user-agent": this.#userAgent,
          ...(body === undefined ? {} : { "content-type": asked.contentType, "content-length": body.length }),
        },
      });
      let answer: IncomingMessage | undefined;
      // Whoever reads the body is to learn why it ended: the request alone would only say that it was reset.
      const stop: Stop = (error) => void (answer ?? request).destroy(error);
      const abort = (): void => stop(new TransportError("closed", (language) => clusterWords[language].givenUp));
      asked.signal?.addEventListener("abort", abort, { once: true });
      this.#running.add(stop);
      request.once("close", () => {
        this.#running.delete(stop);
        asked.signal?.removeEventListener("abort", abort);
      });
      request.on("timeout", () => {
        const seconds = Math.round((answer === undefined ? head : asked.idleTimeout) / 1000);
        stop(new TransportError("timeout", (language) => clusterWords[language].silent(seconds)));
      });
      request.on("error", (error) => resolve({ response: transportError(error), reused: request.reusedSocket }));
      request.once("response", (response) => {
        answer = response;
        request.setTimeout(asked.idleTimeout);
        resolve({ response, reused: request.reusedSocket });
      });
      request.end(body);
    });
  }
}

/** What went wrong below HTTP, or while a body was read. */
export function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (messageIn(error) === "aborted")
    return new TransportError("unreachable", (language) => clusterWords[language].broken);
  return new TransportError("unreachable", (language) => systemReason(error, language));
}

function givenUp(): never {
  throw new TransportError("closed", (language) => clusterWords[language].givenUp);
}
