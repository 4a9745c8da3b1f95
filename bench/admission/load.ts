import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessGroup } from "../../tools/cluster/processes.ts";
import { installedTool } from "../../tools/install.ts";
import { ToolFailedError } from "../child.ts";
import type { Review } from "./reviews.ts";
import { UsageWatch } from "./usage.ts";

/** What a load came to. Milliseconds. */
export interface LoadFigures {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The share of a core that the generator took: near 1 it measures itself. */
  readonly generatorCores: number;
}

export interface Load {
  /** PEM file of the authority to trust. */
  readonly ca: string;
  /** The file that `writeTargets` made. */
  readonly targets: string;
  readonly seconds: number;
  /** Reviews a second whatever the server does; null: as many as the connections take, one after the other on each. */
  readonly rate: number | null;
}

export const connections = 64;

/**
 * Loads a server with vegeta. With a rate, a request is begun when it is due and waits for a connection if need be, and
 * its latency counts from then: a server that stalls is not spared those that would have come meanwhile.
 */
export class LoadGenerator {
  readonly #group: ProcessGroup;
  readonly #vegeta: string;
  readonly #core: number | null;
  #count = 0;

  /**
   * @param core the only one it runs on; null: any
   * @throws ToolMissingError where vegeta cannot be built
   */
  constructor(group: ProcessGroup, core: number | null) {
    this.#group = group;
    this.#vegeta = installedTool("vegeta");
    this.#core = core;
  }

  /** Writes what is to be sent to a URL, in turn. */
  writeTargets(name: string, url: string, reviews: readonly Review[]): string {
    const file = join(this.#group.folder, `${name}.targets`);
    const header = { "Content-Type": ["application/json"] };
    const lines = reviews.map(({ body }) =>
      JSON.stringify({ method: "POST", url, header, body: Buffer.from(body).toString("base64") }),
    );
    writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  }

  /** @throws ToolFailedError where an answer was anything but 200. */
  async run(load: Load): Promise<LoadFigures> {
    const { file, cores } = await this.#attack(load);
    const report: Report = JSON.parse(this.#vegetaText(["report", "-type=json", file]));
    const { latencies, status_codes: codes, errors } = report;
    if (Object.keys(codes).some((code) => code !== "200")) {
      throw new ToolFailedError(
        `answers under load: ${JSON.stringify(codes)} ${(errors ?? []).slice(0, 3).join("; ")}`,
      );
    }
    return {
      requests: report.requests,
      perSecond: report.throughput,
      p50: latencies["50th"] / 1e6,
      p99: latencies["99th"] / 1e6,
      max: latencies.max / 1e6,
      generatorCores: cores,
    };
  }

  /** The latency of each request in milliseconds, with the bytes that it sent. @throws ToolFailedError as `run` does. */
  async runEach(load: Load): Promise<{ readonly ms: number; readonly bytes: number }[]> {
    const { file } = await this.#attack(load);
    const lines = this.#vegetaText(["encode", "-to=csv", file]).trimEnd().split("\n");
    return lines.map((line) => {
      const [, code, nanoseconds, bytes, , error] = line.split(",");
      if (code !== "200") throw new ToolFailedError(`an answer under load: ${code} ${error}`);
      return { ms: Number(nanoseconds) / 1e6, bytes: Number(bytes) };
    });
  }

  async #attack({ ca, targets, seconds, rate }: Load): Promise<{ readonly file: string; readonly cores: number }> {
    const file = join(this.#group.folder, "load.bin");
    const words = [
      ...["attack", "-format=json", `-targets=${targets}`, `-duration=${seconds}s`, "-timeout=10s"],
      ...[`-root-certs=${ca}`, "-http2=false", `-connections=${connections}`, `-max-connections=${connections}`],
      ...["-max-body=0", `-output=${file}`, `-workers=${connections}`],
      ...(rate === null ? ["-rate=0", `-max-workers=${connections}`] : [`-rate=${Math.round(rate)}/1s`]),
    ];
    const pinned = this.#core !== null;
    const child = this.#group.start({
      name: `vegeta-${++this.#count}`,
      command: pinned ? "taskset" : this.#vegeta,
      words: pinned ? ["-c", String(this.#core), this.#vegeta, ...words] : words,
      env: { PATH: process.env.PATH, ...(pinned ? { GOMAXPROCS: "1" } : {}) },
    });
    const watch = new UsageWatch(child.pid);
    const status = await child.ended;
    const { cores } = watch.stop();
    if (status !== 0) throw new ToolFailedError(`vegeta ended with ${status}: ${child.stderr.trim()}`);
    return { file, cores };
  }

  #vegetaText(words: readonly string[]): string {
    return execFileSync(this.#vegeta, words, { encoding: "utf8", maxBuffer: 1 << 30 });
  }
}

/** The parts of vegeta's report that are used. Nanoseconds. */
interface Report {
  readonly requests: number;
  readonly throughput: number;
  readonly latencies: { readonly "50th": number; readonly "99th": number; readonly max: number };
  readonly status_codes: { readonly [code: string]: number };
  readonly errors: readonly string[] | null;
}
