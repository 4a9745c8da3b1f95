import { Agent, request } from "node:https";
import { isObject } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";

export interface ApiAnswer {
  /** By which the audit log names the request. */
  readonly auditId: string;
  readonly status: number;
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[];
  readonly text: string;
  /** The object that it holds, or an empty one where it holds none. */
  readonly body: JsonObject;
}

export interface ApiRequest {
  readonly body?: JsonValue | string;
  /** `application/json` where it is left out. */
  readonly contentType?: string;
  /** Who asks, in place of the client's own token. */
  readonly token?: string;
  readonly timeoutMs?: number;
}

/** Asks one HTTPS server; connections are kept, as clients of the API server do. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #agent: Agent;

  constructor(options: {
    readonly url: string;
    readonly ca: string;
    readonly token?: string;
    readonly connections?: number;
  }) {
    this.#url = options.url;
    this.#token = options.token;
    this.#agent = new Agent({ ca: options.ca, keepAlive: true, maxSockets: options.connections ?? 16 });
  }

  get(path: string, options?: ApiRequest): Promise<ApiAnswer> {
    return this.ask("GET", path, options);
  }

  post(path: string, body: JsonValue | string, options?: ApiRequest): Promise<ApiAnswer> {
    return this.ask("POST", path, { ...options, body });
  }

  delete(path: string, options?: ApiRequest): Promise<ApiAnswer> {
    return this.ask("DELETE", path, options);
  }

  /** One request and its whole answer. @throws Error where there is no answer. */
  ask(method: string, path: string, { body, contentType, token, timeoutMs }: ApiRequest = {}): Promise<ApiAnswer> {
    const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const bearer = token ?? this.#token;
    const headers = {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(payload === undefined
        ? {}
        : { "content-type": contentType ?? "application/json", "content-length": Buffer.byteLength(payload) }),
    };
    return new Promise((settle, fail) => {
      const asked = request(`${this.#url}${path}`, {
        method,
        headers,
        agent: this.#agent,
        timeout: timeoutMs ?? 60_000,
      });
      asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer in time`)));
      asked.on("error", fail);
      asked.on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", fail);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          settle({
            auditId: String(response.headers["audit-id"] ?? ""),
            status: response.statusCode ?? 0,
            warnings: warningsOf(response.rawHeaders),
            text,
            body: bodyOf(text),
          });
        });
      });
      asked.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function bodyOf(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** `299 - "text"`, with quotation marks and backslashes escaped (RFC 7234, 5.5). */
function warningsOf(rawHeaders: readonly string[]): string[] {
  const found: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== "warning") continue;
    // Header bytes arrive as Latin-1; the API server writes UTF-8.
    const value = Buffer.from(rawHeaders[index + 1] ?? "", "latin1").toString("utf8");
    const quoted = /^\d{3} \S+ "(.*)"/.exec(value)?.[1];
    if (quoted !== undefined) found.push(quoted.replaceAll(/\\(.)/g, "$1"));
  }
  return found;
}
