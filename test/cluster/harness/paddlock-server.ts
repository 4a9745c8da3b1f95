import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../../../src/json/value.ts";
import type { PemPair } from "../../../tools/cluster/admission-files.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { freePorts } from "../../../tools/cluster/free-ports.ts";
import type { ManagedProcess } from "../../../tools/cluster/processes.ts";
import type { Endpoint } from "./service-network.ts";

/** The command as npm links it, built by `npm run build`. `PADDLOCK_BIN` may name another. */
export const PADDLOCK: string = process.env.PADDLOCK_BIN ?? join(import.meta.dirname, "../../../bin/paddlock.cjs");

export interface ServerOptions {
  /** The text of its configuration. */
  readonly config: string;
  /** Files with its certificate; left out where `words` say how else it comes by one. */
  readonly certificate?: PemPair;
  /** Whose rights it has in the cluster: the administrator's where it is left out; null: it knows no cluster. */
  readonly kubeconfig?: string | null;
  readonly words?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Free ones where they are left out. */
  readonly ports?: { readonly tls: number; readonly metrics: number };
  /** Whether to wait until it is ready: true where it is left out. */
  readonly wait?: boolean;
}

let started = 0;

/** `paddlock serve` as a process of its own. */
export class PaddlockServer implements Endpoint {
  readonly port: number;
  readonly metricsPort: number;
  readonly process: ManagedProcess;
  readonly #folder: string;

  private constructor(folder: string, port: number, metricsPort: number, process: ManagedProcess) {
    this.#folder = folder;
    this.port = port;
    this.metricsPort = metricsPort;
    this.process = process;
  }

  /** Starts it beside a cluster, with which it ends. */
  static async start(cluster: Cluster, options: ServerOptions): Promise<PaddlockServer> {
    const name = `serve-${++started}`;
    const folder = join(cluster.processes.folder, name);
    mkdirSync(folder);
    const [tls, metrics] = options.ports ? [options.ports.tls, options.ports.metrics] : await freePorts(2);
    if (tls === undefined || metrics === undefined) throw new Error("no ports");
    const words = [
      ...["--config", place(folder, "paddlock.yaml", options.config)],
      ...["--listen", `127.0.0.1:${tls}`, "--metrics-listen", `127.0.0.1:${metrics}`],
      ...(options.kubeconfig === null ? ["--no-cluster"] : ["--kubeconfig", options.kubeconfig ?? cluster.kubeconfig]),
      ...(options.words ?? []),
    ];
    if (options.certificate !== undefined) {
      words.push("--tls-cert", place(folder, "tls.crt", options.certificate.cert));
      words.push("--tls-key", place(folder, "tls.key", options.certificate.key));
    }
    const env = { ...process.env, ...options.env };
    const child = cluster.processes.start({
      name,
      command: process.execPath,
      words: [PADDLOCK, "serve", ...words],
      env,
    });
    const server = new PaddlockServer(folder, tls, metrics, child);
    if (options.wait !== false) await child.until(() => server.ready());
    return server;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Whether `/readyz` says so; false where nobody answers. */
  ready: () => Promise<boolean> = async () => {
    try {
      return (await this.#get("/readyz")).status === 200;
    } catch {
      return false;
    }
  };

  /** What `/readyz` answers in detail. */
  async readyz(): Promise<string> {
    return (await this.#get("/readyz")).body;
  }

  /** The sum of a metric's samples whose labels hold all of these; 0 where there is none. */
  async metric(name: string, labels: { readonly [label: string]: string } = {}): Promise<number> {
    const { body } = await this.#get("/metrics");
    let sum = 0;
    for (const line of body.split("\n")) {
      const [, found, written = "", value] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (found !== name) continue;
      if (Object.entries(labels).every(([label, wanted]) => `,${written}`.includes(`,${label}="${wanted}"`))) {
        sum += Number(value);
      }
    }
    return sum;
  }

  /** Another configuration in place of the one that it has, at once. */
  configure(config: string): void {
    place(this.#folder, "paddlock.yaml", config);
  }

  /** Other certificate files in place of those that it has: one after the other, as most tools write them. */
  certify({ cert, key }: PemPair): void {
    place(this.#folder, "tls.crt", cert);
    place(this.#folder, "tls.key", key);
  }

  /** Its log so far. */
  log(): JsonObject[] {
    const lines = `${this.process.stdout}${this.process.stderr}`.split("\n");
    return lines
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line): JsonObject => JSON.parse(line));
  }

  #get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((settle, fail) => {
      const asked = request({ host: "127.0.0.1", port: this.metricsPort, path, agent: false, timeout: 5000 });
      asked.on("timeout", () => asked.destroy(new Error(`${path}: no answer in time`)));
      asked.on("error", fail);
      asked.on("response", async (response) => {
        try {
          settle({ status: response.statusCode ?? 0, body: await text(response) });
        } catch (error) {
          fail(error);
        }
      });
      asked.end();
    });
  }
}

/** Written beside its place and renamed, so that no reader sees half of it. */
function place(folder: string, name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}
