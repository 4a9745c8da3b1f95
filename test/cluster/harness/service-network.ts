import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** One process behind a Service. */
export interface Endpoint {
  readonly port: number;
  /** Whether it may get new connections: asked again and again, as kubelet asks a readiness probe. */
  readonly ready: () => Promise<boolean>;
}

const PROBE_MS = 100;

/**
 * The network of Services, on the socket where the API server asks for it: a connection to a cluster IP goes to one of
 * its ready endpoints on loopback, in turn. A connection that stands keeps its endpoint, ready or not, as with kube-proxy.
 */
export class ServiceNetwork {
  readonly #server: Server;
  readonly #services = new Map<string, Service>();
  readonly #sockets = new Set<Duplex>();

  private constructor() {
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    this.#server.on("connect", (request: IncomingMessage, client: Duplex) => this.#connect(request, client));
  }

  /** Listens on a Unix socket: `cluster.serviceSocket`. */
  static async listen(socket: string): Promise<ServiceNetwork> {
    const network = new ServiceNetwork();
    network.#server.listen(socket);
    await once(network.#server, "listening");
    return network;
  }

  /** What stands behind an address such as `10.0.0.7:443`, from now on. */
  route(address: string): Service {
    const service = new Service();
    this.#services.get(address)?.close();
    this.#services.set(address, service);
    return service;
  }

  async close(): Promise<void> {
    for (const service of this.#services.values()) service.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #connect(request: IncomingMessage, client: Duplex): void {
    this.#keep(client);
    const port = this.#services.get(request.url ?? "")?.next();
    if (port === undefined) {
      client.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    const upstream: Socket = connect(port, "127.0.0.1");
    this.#keep(upstream);
    upstream.setNoDelay(true);
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(upstream);
      upstream.pipe(client);
    });
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

/** The endpoints of one Service. */
export class Service {
  readonly #endpoints = new Map<Endpoint, boolean>();
  readonly #probing: NodeJS.Timeout = setInterval(() => void this.probe(), PROBE_MS);
  #turn = 0;

  add(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint, false);
  }

  /** No new connection goes there any more. */
  remove(endpoint: Endpoint): void {
    this.#endpoints.delete(endpoint);
  }

  isReady(endpoint: Endpoint): boolean {
    return this.#endpoints.get(endpoint) === true;
  }

  /** Asks every endpoint now. */
  async probe(): Promise<void> {
    await Promise.all(
      [...this.#endpoints.keys()].map(async (endpoint) => {
        const ready = await endpoint.ready().catch(() => false);
        if (this.#endpoints.has(endpoint)) this.#endpoints.set(endpoint, ready);
      }),
    );
  }

  /** The port of the next ready endpoint, if there is one. */
  next(): number | undefined {
    const ready = [...this.#endpoints].filter(([, isReady]) => isReady).map(([endpoint]) => endpoint);
    return ready[this.#turn++ % ready.length]?.port;
  }

  close(): void {
    clearInterval(this.#probing);
  }
}
