import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/json/value.ts";
import type { PemPair } from "../../tools/cluster/admission-files.ts";
import type { ApiAnswer } from "../../tools/cluster/api-client.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { Authority } from "../cluster/harness/authority.ts";
import { textAt } from "../cluster/harness/objects.ts";
import { PaddlockServer } from "../cluster/harness/paddlock-server.ts";
import { waitUntil } from "../cluster/harness/wait-until.ts";
import { goodPod, workload } from "../cluster/harness/workloads.ts";
import { type Generated, StaticFolder } from "./static-folder.ts";

/** Enforces in `default` and in `ml-*` but `ml-free`, and warns elsewhere. */
export const CONFIG = `extends: recommended
admission:
  mode: warn
  namespaces:
    - { match: [default], mode: enforce }
    - { match: ["ml-*", "!ml-free"], mode: enforce }
`;
const SIX_YEARS = 6 * 365 * 86_400_000;
/** So long an API server may take to see a change of its files, in seconds. */
const RELOAD = 90;

/** A cluster whose API server reads the webhook from files, and that webhook. */
export class GuardedCluster {
  readonly authority: Authority;
  readonly folder: StaticFolder;
  readonly cluster: Cluster;
  /** What the command printed when it wrote the files that the API server was started with. */
  readonly printed: string;
  readonly #ports: { readonly tls: number; readonly metrics: number };
  #server: PaddlockServer | undefined;

  private constructor(
    authority: Authority,
    folder: StaticFolder,
    cluster: Cluster,
    printed: string,
    ports: { readonly tls: number; readonly metrics: number },
  ) {
    this.authority = authority;
    this.folder = folder;
    this.cluster = cluster;
    this.printed = printed;
    this.#ports = ports;
  }

  /** Starts it with files of `CONFIG` and `--fail`; the webhook does not run yet. */
  static async start(): Promise<GuardedCluster> {
    const authority = await longLasting("Static test CA");
    const [tls, metrics] = await freePorts(2);
    if (tls === undefined || metrics === undefined) throw new Error("no ports");
    const folder = new StaticFolder(authority.ca, tls);
    try {
      const printed = await folder.generate({ config: CONFIG, words: ["--fail"] });
      const cluster = await Cluster.start({ apiServer: "1.37", apiServerFlags: [folder.flag] });
      return new GuardedCluster(authority, folder, cluster, printed, { tls, metrics });
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await this.folder.remove();
  }

  get server(): PaddlockServer {
    if (this.#server === undefined) throw new Error("the webhook was not started");
    return this.#server;
  }

  /** Starts the webhook at its address, where nobody is any more. */
  async startServer(given: { certificate?: PemPair; wait?: boolean; words?: readonly string[] } = {}): Promise<void> {
    const { certificate, wait, words = [] } = given;
    this.#server = await PaddlockServer.start(this.cluster, {
      config: CONFIG,
      certificate: certificate ?? (await this.authority.server()),
      ports: this.#ports,
      words: ["--webhook-file", this.folder.registration, ...words],
      wait: wait ?? true,
    });
  }

  /** As at the very first start: nothing is stored, and nothing runs. */
  async forgetAll(): Promise<void> {
    await this.cluster.process("kube-apiserver").end("SIGKILL");
    await this.cluster.process("etcd").end("SIGKILL");
    rmSync(join(this.cluster.processes.folder, "etcd"), { recursive: true });
  }

  /** Makes the files anew, and waits until the API server tells that it has them. */
  async inForce(generated: Generated): Promise<void> {
    const hash = hashIn(await this.folder.generate(generated));
    await this.untilFiles(
      "the new files are in force",
      async () => (await this.fileMetric("last_config_info", hash)) === 1,
    );
  }

  /** Puts another registration in place at once. */
  place(text: string): void {
    writeFileSync(`${this.folder.registration}.new`, text);
    renameSync(`${this.folder.registration}.new`, this.folder.registration);
  }

  /** Waits for what a change of the files brings. */
  untilFiles(what: string, holds: () => Promise<boolean>): Promise<void> {
    return waitUntil(what, holds, RELOAD);
  }

  /** Gives the webhook a certificate that ends in so many days, and waits until it shows it. */
  async certify(issuer: Authority, days: number): Promise<void> {
    const notAfter = new Date(Math.floor(Date.now() / 1000 + days * 86_400) * 1000);
    this.server.certify(await issuer.server([], { notAfter }));
    const shown = async (): Promise<boolean> => (await this.server.readyz()).includes(notAfter.toISOString());
    await waitUntil("the new certificate is in use", shown);
  }

  /** Creates a Pod, a bad one where none is given. */
  create(namespace: string, name: string, pod: JsonObject = badPod(namespace, name)): Promise<ApiAnswer> {
    return this.cluster.client.post(`/api/v1/namespaces/${namespace}/pods`, pod);
  }

  /** The status of what would become of a bad Pod. */
  async tryOut(namespace: string): Promise<number> {
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    return (await this.cluster.client.post(path, badPod(namespace, "try-out"))).status;
  }

  /** The API server's metric about files whose labels hold all of these words; 0 where there is none. */
  async fileMetric(name: string, ...words: readonly string[]): Promise<number> {
    const { text } = await this.cluster.client.get("/metrics");
    const prefix = `apiserver_manifest_admission_config_controller_${name}{`;
    const wanted = [...words, 'plugin="ValidatingAdmissionWebhook"'];
    const line = text
      .split("\n")
      .find((each) => each.startsWith(prefix) && wanted.every((word) => each.includes(word)));
    return Number(line?.split(" ").at(-1) ?? 0);
  }
}

/** An authority that the command takes. */
export function longLasting(name: string): Promise<Authority> {
  return Authority.create(name, { notAfter: new Date(Date.now() + SIX_YEARS) });
}

/** The hash that the command prints. */
export function hashIn(printed: string): string {
  const found = /sha256:[0-9a-f]{64}/.exec(printed)?.[0];
  if (found === undefined) throw new Error(`no hash in: ${printed}`);
  return found;
}

/** Whether our webhook denied it, and no other reason stands in the answer. */
export function isDenied({ status, body }: ApiAnswer): boolean {
  const message = textAt(body, "message");
  return status === 403 && message.startsWith('admission webhook "validate.paddlock.dev" denied the request: ');
}

/** A Pod that breaks one rule. */
export function badPod(namespace: string, name: string): JsonObject {
  const spec = goodPod();
  const containers = spec.containers.map((each) => ({
    ...each,
    image: "registry.example.com/vision/paddle-ocr:latest",
  }));
  return workload("Pod", name, namespace, { ...spec, containers });
}
