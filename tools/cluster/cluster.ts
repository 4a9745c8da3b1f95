import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../src/json/value.ts";
import { type AdmissionFiles, admissionFlags, auditFlags, serviceFlags } from "./admission-files.ts";
import { ApiClient } from "./api-client.ts";
import { type ClusterProgram, clusterBinaries } from "./binaries.ts";
import { freePorts } from "./free-ports.ts";
import { type ManagedProcess, ProcessGroup } from "./processes.ts";

export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface ClusterOptions {
  /** Also the controller manager: Deployments make Pods, namespaces go away. About a second more. */
  readonly controllers?: boolean;
  readonly apiServerFlags?: readonly string[];
  /** A minor version that has a folder here, such as `1.37`; else what `PADDLOCK_CLUSTER_VERSION` says, else the one of go.mod. */
  readonly apiServer?: string;
  readonly admission?: AdmissionFiles;
  /** Users beside the administrator; each has a kubeconfig. */
  readonly users?: readonly ClusterUser[];
  /** Where its files go, new or empty: it is removed at the end. A temporary one where it is left out. */
  readonly folder?: string;
}

/** What a command did that ran to its end. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody who asks nobody for a port may take one before its process listens. */
const MOST_STARTS = 3;

const ADMIN: ClusterUser = { name: "admin", groups: ["system:masters"] };

/**
 * A Kubernetes control plane on loopback: etcd, kube-apiserver and, if asked, kube-controller-manager. No nodes: Pods
 * stay Pending. All of it ends with this process, however that ends.
 */
export class Cluster {
  readonly processes: ProcessGroup;
  readonly url: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly #options: ClusterOptions;
  readonly #binaries: ReturnType<typeof clusterBinaries>;
  readonly #etcdUrl: string;
  readonly #peerUrl: string;
  readonly #port: number;
  readonly #tokens = new Map<string, string>();
  readonly #running = new Map<ClusterProgram, ManagedProcess>();
  #client: ApiClient | undefined;

  private constructor(
    options: ClusterOptions,
    binaries: ReturnType<typeof clusterBinaries>,
    [etcd, peer, port]: readonly number[],
  ) {
    if (etcd === undefined || peer === undefined || port === undefined) throw new Error("no ports");
    this.#options = options;
    this.#binaries = binaries;
    this.processes = new ProcessGroup(options.folder);
    this.url = `https://127.0.0.1:${port}`;
    this.kubeconfig = this.#path("kubeconfig");
    this.#etcdUrl = `http://127.0.0.1:${etcd}`;
    this.#peerUrl = `http://127.0.0.1:${peer}`;
    this.#port = port;
  }

  /** Starts one, and waits until it is ready. @throws ToolMissingError where its programs cannot be had. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    for (let starts = 1; ; starts++) {
      const cluster = new Cluster(options, clusterBinaries(apiServerOf(options)), await freePorts(3));
      try {
        cluster.#writeCredentials();
        await cluster.startEtcd();
        await cluster.startApiServer();
        if (options.controllers === true) await cluster.startControllers();
        return cluster;
      } catch (error) {
        const fallen = cluster.#fallen();
        await cluster.stop();
        if (starts < MOST_STARTS && /address already in use/.test(fallen)) continue;
        throw fallen === "" ? error : new Error(`the cluster did not start:\n${fallen}`, { cause: error });
      }
    }
  }

  /** Kills all of it, and what else was started in its group, and removes its folder. */
  async stop(): Promise<void> {
    this.#client?.close();
    await this.processes.end();
  }

  /** The API server's own CA, in PEM. */
  get ca(): string {
    return readFileSync(this.#caFile, "utf8");
  }

  /** The administrator's connection. */
  get client(): ApiClient {
    this.#client ??= new ApiClient({ url: this.url, ca: this.ca, token: this.token(ADMIN.name), connections: 32 });
    return this.#client;
  }

  /** Where the API server asks to be connected to a Service, by HTTP CONNECT to its cluster IP. */
  get serviceSocket(): string {
    return this.#path("services.sock");
  }

  /** The bearer token of a user that the options name. */
  token(user: string): string {
    const token = this.#tokens.get(user);
    if (token === undefined) throw new Error(`the cluster has no user ${user}`);
    return token;
  }

  process(program: ClusterProgram): ManagedProcess {
    const found = this.#running.get(program);
    if (found === undefined) throw new Error(`${program} was not started`);
    return found;
  }

  async startEtcd(): Promise<void> {
    const etcd = this.#run("etcd", [
      `--data-dir=${this.#path("etcd")}`,
      // Nothing here outlives the machine; a killed etcd still finds what it wrote.
      "--unsafe-no-fsync",
      "--log-level=warn",
      `--listen-client-urls=${this.#etcdUrl}`,
      `--advertise-client-urls=${this.#etcdUrl}`,
      `--listen-peer-urls=${this.#peerUrl}`,
      `--initial-advertise-peer-urls=${this.#peerUrl}`,
      `--initial-cluster=default=${this.#peerUrl}`,
    ]);
    await etcd.until(() => answersOk(`${this.#etcdUrl}/health`));
  }

  /** Starts the API server at the same address, with the same credentials, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    const { controllers = false, admission = {}, apiServerFlags = [] } = this.#options;
    const { folder } = this.processes;
    const server = this.#run("kube-apiserver", [
      `--etcd-servers=${this.#etcdUrl}`,
      `--cert-dir=${this.#path("pki")}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      // Nobody asks where Service kubernetes leads; to loopback it may not, says 1.37.
      "--endpoint-reconciler-type=none",
      `--secure-port=${this.#port}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--allow-privileged=true",
      "--authorization-mode=RBAC",
      `--token-auth-file=${this.#path("tokens.csv")}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${this.#path("service-accounts.pub")}`,
      `--service-account-signing-key-file=${this.#path("service-accounts.key")}`,
      // The plugin demands a service account of every Pod, and only the controllers make one.
      ...(controllers ? [] : ["--disable-admission-plugins=ServiceAccount"]),
      ...auditFlags(folder, this.#auditLog),
      ...serviceFlags(folder, this.serviceSocket),
      ...admissionFlags(folder, admission),
      ...apiServerFlags,
    ]);
    await server.until(() => this.#standsBy("etcd") && this.#isReady());
  }

  async startControllers(): Promise<void> {
    const manager = this.#run("kube-controller-manager", [
      `--kubeconfig=${this.kubeconfig}`,
      "--leader-elect=false",
      "--secure-port=0",
      `--root-ca-file=${this.#caFile}`,
      `--service-account-private-key-file=${this.#path("service-accounts.key")}`,
      "--use-service-account-credentials",
      // Its customary rate makes its start four seconds longer.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
      // Its default is a folder of the system, which it would make.
      `--flex-volume-plugin-dir=${this.#path("volumes")}`,
    ]);
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    await manager.until(async () => {
      return this.#standsBy("kube-apiserver") && (await this.client.get(account)).status === 200;
    });
  }

  /** kubectl with what it is told on standard input; never fails by itself. */
  kubectl(
    words: readonly string[],
    options: { readonly input?: string; readonly kubeconfig?: string; readonly path?: string } = {},
  ): Promise<CommandResult> {
    const env = {
      ...process.env,
      KUBECONFIG: options.kubeconfig ?? this.kubeconfig,
      // It lies in the home folder otherwise, and would tell of another cluster on the same port.
      KUBECACHEDIR: this.#path("kubectl-cache"),
      // Where kubectl finds its plugins.
      ...(options.path === undefined ? {} : { PATH: options.path }),
    };
    return new Promise((settle, fail) => {
      const child = execFile(this.#binaries.kubectl, words, { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") fail(error);
        else settle({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
      // kubectl may have ended before it read all, or anything.
      child.stdin?.on("error", () => {});
      child.stdin?.end(options.input ?? "");
    });
  }

  /** A kubeconfig of a bearer token; its path. */
  writeKubeconfig(name: string, token: string): string {
    const file = this.#path(name);
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "loopback",
        clusters: [{ name: "loopback", cluster: { server: this.url, "certificate-authority": this.#caFile } }],
        users: [{ name, user: { token } }],
        contexts: [{ name: "loopback", context: { cluster: "loopback", user: name } }],
      }),
      { mode: 0o600 },
    );
    return file;
  }

  /** A kubeconfig of a service account, by a token that the API server makes. */
  async serviceAccountKubeconfig(namespace: string, name: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status, body, text } = await this.client.post(path, { spec: { expirationSeconds: 3600 } });
    const { status: made } = body;
    if (status !== 201 || typeof made !== "object" || made === null || !("token" in made)) throw new Error(text);
    return this.writeKubeconfig(`${namespace}-${name}.kubeconfig`, String(made.token));
  }

  /** The events of the audit log so far, in its order. */
  auditEvents(): JsonObject[] {
    if (!existsSync(this.#auditLog)) return [];
    const lines = readFileSync(this.#auditLog, "utf8").split("\n");
    // The last one is empty, or still being written.
    return lines.slice(0, -1).map((line): JsonObject => JSON.parse(line));
  }

  /** The event of a request that was answered: it is written after the answer. */
  async auditEvent(id: string): Promise<JsonObject> {
    for (let attempt = 0; attempt < 500; attempt++) {
      const found = this.auditEvents().find(({ auditID }) => auditID === id);
      if (found !== undefined) return found;
      await sleep(10);
    }
    throw new Error(`the audit log has no event ${id}`);
  }

  get #caFile(): string {
    // The API server writes its own certificate, and after it the CA that it made for it.
    return this.#path("pki/apiserver.crt");
  }

  get #auditLog(): string {
    return this.#path("audit.log");
  }

  #path(name: string): string {
    return join(this.processes.folder, name);
  }

  /** @throws Error where one that another needs has ended, which the other would wait for in vain */
  #standsBy(program: ClusterProgram): true {
    const needed = this.process(program);
    if (!needed.running) throw new Error(`${program} ended:\n${needed.lastWords()}`);
    return true;
  }

  /** Which processes ended by themselves, and their last words. */
  #fallen(): string {
    const fallen = [...this.#running.values()].filter(({ running }) => !running);
    return fallen.map((each) => `${each.name} ended:\n${each.lastWords()}`).join("\n");
  }

  #run(program: ClusterProgram, words: readonly string[]): ManagedProcess {
    const started = this.processes.start({ name: program, command: this.#binaries[program], words });
    this.#running.set(program, started);
    return started;
  }

  async #isReady(): Promise<boolean> {
    if (!existsSync(this.#caFile)) return false;
    try {
      return (await this.client.get("/readyz", { timeoutMs: 2000 })).status === 200;
    } catch {
      // Its certificate may have been read while it was being written.
      this.#client?.close();
      this.#client = undefined;
      return false;
    }
  }

  #writeCredentials(): void {
    const users = [ADMIN, ...(this.#options.users ?? [])];
    const lines = users.map(({ name, groups }) => {
      const token = randomBytes(24).toString("hex");
      this.#tokens.set(name, token);
      return `${token},${name},${name},"${groups.join(",")}"\n`;
    });
    writeFileSync(this.#path("tokens.csv"), lines.join(""), { mode: 0o600 });
    const pair = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    writeFileSync(this.#path("service-accounts.key"), pair.privateKey, { mode: 0o600 });
    writeFileSync(this.#path("service-accounts.pub"), pair.publicKey);
    this.writeKubeconfig("kubeconfig", this.token(ADMIN.name));
  }
}

function apiServerOf({ apiServer = process.env.PADDLOCK_CLUSTER_VERSION }: ClusterOptions): string | undefined {
  return apiServer === "" ? undefined : apiServer;
}

function answersOk(url: string): Promise<boolean> {
  return new Promise((settle) => {
    const asked = request(url, { agent: false, timeout: 2000 });
    asked.on("response", (response) => settle(response.resume().statusCode === 200));
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => settle(false));
    asked.end();
  });
}
