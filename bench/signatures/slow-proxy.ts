import { once } from "node:events";
import { request as ask, createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Stands before a registry, notes what it is asked, and takes its time if it is told to. */
export class SlowProxy {
  /** `METHOD /path` */
  readonly asked: string[] = [];
  /** Milliseconds before a request is passed on. */
  delayMs = 0;
  readonly host: string;
  readonly #server: Server;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.host = host;
  }

  static async start(origin: string): Promise<SlowProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const proxy = new SlowProxy(server, `127.0.0.1:${address.port}`);
    server.on("request", async (request, response) => {
      const { method, url = "/", headers } = request;
      proxy.asked.push(`${method} ${url}`);
      if (proxy.delayMs > 0) await sleep(proxy.delayMs);
      // The name that it was asked by is kept: uploads go on where the answer says.
      const passed = ask(new URL(url, origin), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.on("error", () => response.destroy());
      request.pipe(passed);
    });
    return proxy;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), "close");
  }
}
