import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { type Agent, request } from "node:https";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: { readonly [name: string]: string };
  /** Chunks are sent without a Content-Length. */
  readonly body?: Uint8Array | string | readonly (Uint8Array | string)[];
  readonly ca?: string;
  readonly agent?: Agent;
  readonly client?: { readonly cert: string; readonly key: string };
}

/** Sends a request and reads the whole answer. */
export function ask(url: string, { method, headers, body, ca, agent, client }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: method ?? (body === undefined ? "GET" : "POST"), headers: { ...headers } };
    const asked = url.startsWith("http://")
      ? plainRequest(url, options)
      : request(url, { ...options, ca, ...client, agent: agent ?? false });
    asked.on("error", reject);
    asked.on("response", (response) => {
      text(response).then(
        (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
        reject,
      );
    });
    if (body === undefined) asked.end();
    else if (typeof body === "string" || body instanceof Uint8Array) asked.end(body);
    else {
      for (const chunk of body) asked.write(chunk);
      asked.end();
    }
  });
}

/** Posts a review. */
export function post(url: string, body: Asked["body"], asked: Asked = {}): Promise<Answer> {
  return ask(url, {
    ...asked,
    method: "POST",
    headers: { "content-type": "application/json", ...asked.headers },
    body,
  });
}
