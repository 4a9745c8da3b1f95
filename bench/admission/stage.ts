import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issueServing } from "../../src/admission/certificates/issue.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { type ManagedProcess, ProcessGroup } from "../../tools/cluster/processes.ts";
import { installedTool } from "../../tools/install.ts";
import { Workbench } from "../workbench.ts";
import type { Subject } from "./subject.ts";

/** Which cores a process may use; null: any. */
export type Core = number | null;

/** The profile is `recommended`, as without a configuration. The rules beside the six of the practice are off where those six are compared. */
const sixRules = "rules: { restricted-container: off, cpu-memory-resources: off, schema: off, signed-image: off }\n";
const enforced = "admission: { mode: enforce }\n";

export const configurations: { readonly six: string; readonly all: string } = {
  six: `${enforced}${sixRules}`,
  all: enforced,
};

const day = 86_400_000;

/** What the image sets for the processes in it, by its Dockerfile. */
function imageSettings(): { readonly [name: string]: string } {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "Dockerfile"), "utf8");
  const found = text.matchAll(/\b(NODE_OPTIONS|NODE_ENV|MALLOC_ARENA_MAX)=(\S+)/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}

/** Where webhooks are run: a copy of the build, a certificate for loopback, and processes that end with this one. */
export class Stage {
  readonly group: ProcessGroup = new ProcessGroup();
  /** PEM, and the file that it is in. */
  readonly ca: string;
  readonly caFile: string;
  readonly #bench: Workbench;
  readonly #cert: string;
  readonly #key: string;
  #count = 0;

  private constructor(bench: Workbench, ca: string, pair: { readonly cert: string; readonly key: string }) {
    this.#bench = bench;
    this.ca = ca;
    this.caFile = this.write("ca.crt", ca);
    this.#cert = this.write("tls.crt", pair.cert);
    this.#key = this.write("tls.key", pair.key);
  }

  static async open(): Promise<Stage> {
    const validity = { now: new Date(), life: day, clockSkew: day };
    const authority = await createAuthority(validity);
    return new Stage(new Workbench(), authority.cert, await issueServing(authority, ["127.0.0.1"], validity));
  }

  get node(): string {
    return this.#bench.node;
  }

  write(name: string, content: string): string {
    const file = join(this.group.folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** `paddlock serve`, from the build, with the settings of the image. */
  async paddlock(
    name: string,
    config: string,
    core: Core,
    words: readonly string[] = ["--no-cluster"],
  ): Promise<Subject> {
    const [port] = await freePorts(1);
    const file = this.write(`paddlock-${++this.#count}.yaml`, config);
    const serve = [
      ...[this.#bench.path("package", "bin", "paddlock.cjs"), "serve", "--config", file, ...words],
      ...["--listen", `127.0.0.1:${port}`, "--tls-cert", this.#cert, "--tls-key", this.#key],
    ];
    const process = this.run(`paddlock-${this.#count}`, core, this.node, serve, imageSettings());
    return { name, url: `https://127.0.0.1:${port}/validate?timeout=10s`, process };
  }

  /** `opa run --server` with the six rules; without its log, of which it writes two lines a request. */
  async opa(name: string, core: Core): Promise<Subject> {
    const [port] = await freePorts(1);
    const rules = join(import.meta.dirname, "peers", "opa");
    const process = this.run(`opa-${++this.#count}`, core, installedTool("opa"), [
      ...["run", "--server", "--addr", `127.0.0.1:${port}`, "--log-level", "error", "--disable-telemetry"],
      ...["--tls-cert-file", this.#cert, "--tls-private-key-file", this.#key, rules],
    ]);
    return { name, url: `https://127.0.0.1:${port}/`, process };
  }

  async floor(name: string, core: Core): Promise<Subject> {
    const [port] = await freePorts(1);
    const process = this.run(`floor-${++this.#count}`, core, this.node, [
      join(import.meta.dirname, "floor.ts"),
      ...[String(port), this.#cert, this.#key],
    ]);
    return { name, url: `https://127.0.0.1:${port}/`, process };
  }

  run(
    name: string,
    core: Core,
    command: string,
    words: readonly string[],
    settings: { readonly [name: string]: string } = {},
  ): ManagedProcess {
    const { PATH, HOME } = process.env;
    const own = { PATH, HOME, LANG: "C.UTF-8", TMPDIR: this.group.folder };
    const env = { ...own, ...settings, ...(core === null ? {} : { GOMAXPROCS: "1" }) };
    if (core === null) return this.group.start({ name, command, words, env });
    return this.group.start({ name, command: "taskset", words: ["-c", String(core), command, ...words], env });
  }

  async close(): Promise<void> {
    // What waits for processes alone does not keep the loop alive.
    const awake = setInterval(() => {}, 60_000);
    await this.group.end().finally(() => clearInterval(awake));
    this.#bench.remove();
  }
}
