import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { refuseBody, sendText } from "./reply.ts";

/** Answers one request. `query` is what follows the `?`. */
export type Handler = (request: IncomingMessage, response: ServerResponse, query: string) => void | Promise<void>;

export interface Route {
  readonly method: "GET" | "POST";
  readonly handle: Handler;
}

export interface RouterOptions {
  /** By path. */
  readonly routes: { readonly [path: string]: Route };
  /** What POSTs must come with: a client certificate that was verified. Probes and scrapers have none. */
  readonly clientCertificate: boolean;
  /** Whether connections are to be closed behind each answer. */
  readonly closing: () => boolean;
  readonly onRefused: (status: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Finds the route of a request. What goes wrong in one request stays in it. */
export function router({ routes, clientCertificate, closing, onRefused, onError }: RouterOptions): RequestListener {
  return (request, response) => {
    const { url = "", method } = request;
    const at = url.indexOf("?");
    const path = at < 0 ? url : url.slice(0, at);
    // Whoever comes again does so on a new connection, which goes to a server that stays.
    if (closing()) response.setHeader("connection", "close");
    const refuse = (status: number, text: string): void => {
      onRefused(status);
      refuseBody(request, response, status, text);
    };
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return refuse(404, "there is nothing here");
    if (method !== route.method && !(method === "HEAD" && route.method === "GET")) {
      response.setHeader("allow", route.method);
      return refuse(405, `${route.method} only`);
    }
    if (clientCertificate && route.method === "POST" && !hasVerifiedCertificate(request)) {
      return refuse(403, "a client certificate is needed");
    }
    const failed = (error: unknown): void => {
      onError(error);
      onRefused(500);
      if (!response.headersSent) sendText(response, 500, "internal error");
      else response.destroy();
    };
    try {
      const handled = route.handle(request, response, at < 0 ? "" : url.slice(at + 1));
      if (handled !== undefined) handled.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

function hasVerifiedCertificate({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}
