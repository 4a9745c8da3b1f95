import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { KubeConfig } from "@kubernetes/client-node";

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** HTTPS on loopback, and the credentials for it. */
export abstract class LoopbackServer {
  readonly #certificate: Certificate;
  readonly #sockets = new Set<Duplex>();
  #server: Server | undefined;
  #port = 0;

  protected constructor(certificate: Certificate) {
    this.#certificate = certificate;
  }

  protected abstract answer(request: IncomingMessage, response: ServerResponse): Promise<void> | void;

  /** Listens, at the port it had before. */
  async up(): Promise<void> {
    const server = createServer(this.#certificate, (request, response) => void this.answer(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** As when the process is killed: every connection breaks, and no new one is taken. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    this.breakConnections();
    await closed;
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get connections(): number {
    return this.#sockets.size;
  }

  kubeConfig(): KubeConfig {
    const kubeConfig = new KubeConfig();
    const server = `https://127.0.0.1:${this.#port}`;
    const caData = Buffer.from(this.#certificate.cert).toString("base64");
    kubeConfig.loadFromOptions({
      clusters: [{ name: "fake", server, caData, skipTLSVerify: false }],
      users: [{ name: "tester", token: "secret-token" }],
      contexts: [{ name: "fake", cluster: "fake", user: "tester" }],
      currentContext: "fake",
    });
    return kubeConfig;
  }
}
