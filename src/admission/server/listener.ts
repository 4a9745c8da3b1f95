import { once } from "node:events";
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  STATUS_CODES,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import type { ServerLimits } from "./limits.ts";

/** Where to listen. */
export interface ListenAddress {
  /** Undefined: all addresses of the machine. */
  readonly host: string | undefined;
  /** 0: any that is free. */
  readonly port: number;
}

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface TlsOptions {
  readonly pair: KeyPair;
  /** PEM of the authorities whose client certificates are taken; null: none is asked for. */
  readonly clientCa: string | null;
}

export interface ListenOptions {
  readonly address: ListenAddress;
  /** Null: plain HTTP. */
  readonly tls: TlsOptions | null;
  readonly limits: ServerLimits;
  readonly handle: RequestListener;
  /** A request that was no HTTP, or that did not arrive in time. */
  readonly onRefused: (status: number) => void;
}

/** How often requests that do not arrive in time are looked for. */
const checkMs = 1000;
const handshakeMs = 10_000;

/**
 * A server that listens. node:https as it is, and no framework on top: a review costs about 100 µs with TLS, of which a
 * framework took up to a fifth, and 20 MB of memory; there are six paths, and bodies are to be refused before they are read.
 */
export class Listener {
  readonly #server: HttpServer;
  readonly #use: (tls: TlsOptions) => void;
  readonly #scheme: string;

  private constructor(server: HttpServer, scheme: string, use: (tls: TlsOptions) => void) {
    this.#server = server;
    this.#scheme = scheme;
    this.#use = use;
  }

  /** @throws the system's error where the address cannot be had. */
  static async open({ address, tls, limits, handle, onRefused }: ListenOptions): Promise<Listener> {
    const options = {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(checkMs, limits.headersTimeoutMs),
    };
    let server: HttpServer;
    let use = (_: TlsOptions): void => {};
    if (tls === null) server = createHttpServer(options, handle);
    else {
      const secure = createHttpsServer(
        {
          ...options,
          ...secureContext(tls),
          handshakeTimeout: handshakeMs,
          // Whether it is verified is asked where it matters: probes come without.
          requestCert: tls.clientCa !== null,
          rejectUnauthorized: false,
        },
        handle,
      );
      // Connections that are open keep what they have; the next handshake takes the new pair.
      use = (next) => secure.setSecureContext(secureContext(next));
      server = secure;
    }
    server.maxConnections = limits.connections;
    server.on("clientError", (error, socket) => answerClientError(error, socket, onRefused));
    // Asked whether it may send its body: it may, and the handler looks at its headers as at any other's.
    server.on("checkContinue", (request, response) => {
      const declared = Number(request.headers["content-length"] ?? 0);
      if (declared <= limits.bodyBytes) response.writeContinue();
      server.emit("request", request, response);
    });
    server.listen(address.port, address.host);
    await once(server, "listening");
    return new Listener(server, tls === null ? "http" : "https", use);
  }

  /** `https://127.0.0.1:8443` */
  get url(): string {
    const { address, family, port } = this.#address();
    return `${this.#scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** From the next handshake on. */
  use(tls: TlsOptions): void {
    this.#use(tls);
  }

  /** Takes no more connections, closes idle ones, and resolves when the last is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Closes every connection, whatever it is about. */
  destroyConnections(): void {
    this.#server.closeAllConnections();
  }

  #address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
    return address;
  }
}

function secureContext({ pair, clientCa }: TlsOptions): SecureContextOptions {
  const { cert, key } = pair;
  return { cert, key, minVersion: "TLSv1.2", ...(clientCa === null ? {} : { ca: clientCa }) };
}

/**
 * @throws RangeError for what is no `HOST:PORT`, `[IPv6]:PORT` or `:PORT`
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) throw new RangeError(`"${text}" is no address to listen on`);
  return { host: bracketed ?? (plain === "" ? undefined : plain), port };
}

function answerClientError(error: Error, socket: Duplex | Socket, onRefused: (status: number) => void): void {
  const code = "code" in error ? error.code : undefined;
  const status =
    code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? 408
      : code === "HPE_HEADER_OVERFLOW"
        ? 431
        : String(code).startsWith("HPE_")
          ? 400
          : null;
  if (status !== null) onRefused(status);
  if (status === null || !socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}
