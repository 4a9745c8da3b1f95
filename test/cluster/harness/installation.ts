import { execFile } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { listOf, textOf, valueAt } from "../../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { clusterBinaries } from "../../../tools/cluster/binaries.ts";
import type { Cluster, CommandResult } from "../../../tools/cluster/cluster.ts";
import { CHART, chartValues, helm, RELEASE_NAMESPACE } from "./helm.ts";
import { PADDLOCK, PaddlockServer } from "./paddlock-server.ts";
import { ServiceNetwork } from "./service-network.ts";

const configMap = `/api/v1/namespaces/${RELEASE_NAMESPACE}/configmaps/paddlock-config`;
const plugin = join(import.meta.dirname, "../../../bin/kubectl-paddlock.cjs");

/** Paddlock as the chart installs it, a process in place of each Pod: the chart's objects, accounts and arguments. */
export class Installation {
  readonly servers: readonly PaddlockServer[];
  readonly #cluster: Cluster;
  readonly #network: ServiceNetwork;

  private constructor(cluster: Cluster, network: ServiceNetwork, servers: readonly PaddlockServer[]) {
    this.#cluster = cluster;
    this.#network = network;
    this.servers = servers;
  }

  /** Installs, and waits until the API server can ask. */
  static async start(cluster: Cluster, values: { readonly [key: string]: JsonValue }): Promise<Installation> {
    await upgrade(cluster, values);
    const network = await ServiceNetwork.listen(cluster.serviceSocket);
    const service = await read(cluster, `/api/v1/namespaces/${RELEASE_NAMESPACE}/services/paddlock`);
    const route = network.route(`${textOf(valueAt(service, ["spec", "clusterIP"]))}:443`);
    const server = await PaddlockServer.start(cluster, {
      config: await configurationOf(cluster),
      kubeconfig: await cluster.serviceAccountKubeconfig(RELEASE_NAMESPACE, "paddlock"),
      words: await argumentsOf(cluster, "apps", "deployments/paddlock", "template"),
    });
    route.add(server);
    await route.probe();
    return new Installation(cluster, network, [server]);
  }

  /** Installs again with other values, and carries the configuration to the replicas as kubelets do. */
  async upgrade(values: { readonly [key: string]: JsonValue }): Promise<CommandResult> {
    const done = await upgrade(this.#cluster, values);
    await this.configure();
    return done;
  }

  /** Carries the configuration that the cluster holds to the replicas, and waits until it is in force. */
  async configure(): Promise<void> {
    const text = await configurationOf(this.#cluster);
    for (const server of this.servers) {
      const loaded = await server.metric("paddlock_configuration_last_reload_success_timestamp_seconds");
      server.configure(text);
      server.process.signal("SIGHUP");
      for (let attempt = 0; attempt < 600; attempt++) {
        const now = await server.metric("paddlock_configuration_last_reload_success_timestamp_seconds");
        if (now > loaded) break;
        await new Promise((settle) => setTimeout(settle, 25));
      }
    }
  }

  /** The sum of a metric over the replicas. */
  async metric(name: string, labels: { readonly [label: string]: string } = {}): Promise<number> {
    const all = await Promise.all(this.servers.map((server) => server.metric(name, labels)));
    return all.reduce((sum, each) => sum + each, 0);
  }

  /** The audit as its CronJob runs it, with its account. */
  async audit(words: readonly string[] = []): Promise<CommandResult> {
    const kubeconfig = await this.#cluster.serviceAccountKubeconfig(RELEASE_NAMESPACE, "paddlock-audit");
    const given = await argumentsOf(
      this.#cluster,
      "batch",
      "cronjobs/paddlock-audit",
      "jobTemplate",
      "spec",
      "template",
    );
    const config = join(this.#cluster.processes.folder, "audit.yaml");
    writeFileSync(config, await configurationOf(this.#cluster));
    const all = [PADDLOCK, "audit", "--kubeconfig", kubeconfig, "--config", config, ...given, ...words];
    return run(process.execPath, all, { cwd: this.#cluster.processes.folder, env: process.env });
  }

  /** A line of a guide, in a shell that has kubectl and its plugin, in a folder of its own. */
  async shell(line: string, folder: string, kubeconfig: string = this.#cluster.kubeconfig): Promise<CommandResult> {
    return run("/bin/sh", ["-c", line], {
      cwd: folder,
      env: {
        PATH: [pluginFolder(this.#cluster), clusterBinaries(), dirname(process.execPath), process.env.PATH].join(
          delimiter,
        ),
        HOME: folder,
        KUBECONFIG: kubeconfig,
        LANG: "C",
      },
    });
  }

  /** The text of the configuration that the cluster holds. */
  configuration(): Promise<string> {
    return configurationOf(this.#cluster);
  }

  async stop(): Promise<void> {
    await this.#network.close();
  }
}

async function upgrade(cluster: Cluster, values: { readonly [key: string]: JsonValue }): Promise<CommandResult> {
  const words = ["upgrade", "--install", "--create-namespace", "paddlock", CHART, ...chartValues(cluster, values)];
  const done = await helm(cluster, words);
  if (done.status !== 0) throw new Error(done.stderr);
  return done;
}

async function configurationOf(cluster: Cluster): Promise<string> {
  return textOf(valueAt(await read(cluster, configMap), ["data", "paddlock.yaml"])) ?? "";
}

/** The arguments of a workload's container, but for what a process on loopback has of its own. */
async function argumentsOf(
  cluster: Cluster,
  group: string,
  workload: string,
  ...path: readonly string[]
): Promise<readonly string[]> {
  const object = await read(cluster, `/apis/${group}/v1/namespaces/${RELEASE_NAMESPACE}/${workload}`);
  const own = /^--(config|listen|metrics-listen)=|^(serve|audit)$/;
  return listOf(valueAt(object, ["spec", ...path, "spec", "containers", 0, "args"]))
    .map(String)
    .filter((word) => !own.test(word));
}

async function read(cluster: Cluster, path: string): Promise<JsonObject> {
  return (await cluster.client.get(path)).body;
}

function pluginFolder(cluster: Cluster): string {
  const folder = join(cluster.processes.folder, "plugins");
  if (!existsSync(folder)) {
    mkdirSync(folder);
    symlinkSync(plugin, join(folder, "kubectl-paddlock"));
  }
  return folder;
}

function run(
  command: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  return new Promise((settle, fail) => {
    execFile(command, words, { ...options, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") fail(error);
      else settle({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
