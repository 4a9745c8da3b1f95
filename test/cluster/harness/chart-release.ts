import { connect } from "node:tls";
import { listOf, objectOf, textOf, valueAt } from "../../../src/json/json.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { CHART, chartValues, helm, RELEASE_NAMESPACE } from "./helm.ts";
import { PaddlockServer } from "./paddlock-server.ts";
import { SecretVolume } from "./secret-volume.ts";
import { type Service, ServiceNetwork } from "./service-network.ts";

/** Where the chart mounts the Secret with the serving certificate. */
const MOUNTED = "/etc/paddlock-tls";

/**
 * The chart, installed, with processes in place of its webhook's Pods: by its arguments, its account, its configuration and
 * its Secret, behind its Service.
 */
export class ChartRelease {
  readonly servers: PaddlockServer[] = [];
  readonly #cluster: Cluster;
  readonly #network: ServiceNetwork;
  readonly #volumes: SecretVolume[] = [];

  private constructor(cluster: Cluster, network: ServiceNetwork) {
    this.#cluster = cluster;
    this.#network = network;
  }

  static async in(cluster: Cluster): Promise<ChartRelease> {
    return new ChartRelease(cluster, await ServiceNetwork.listen(cluster.serviceSocket));
  }

  /** Installs the chart, or upgrades it. @throws Error where helm fails */
  async install(values: { readonly [key: string]: unknown }): Promise<void> {
    const words = [
      "upgrade",
      "--install",
      "--create-namespace",
      "paddlock",
      CHART,
      ...chartValues(this.#cluster, values),
    ];
    const done = await helm(this.#cluster, words);
    if (done.status !== 0) throw new Error(done.stderr);
  }

  /**
   * Starts replicas, and waits until they are ready.
   * @param secret with the serving certificate; null: they make their own
   */
  async run(replicas: number, secret: string | null): Promise<void> {
    const service = await this.#service();
    for (let replica = 0; replica < replicas; replica++) {
      const folder = secret === null ? MOUNTED : await this.#mount(secret);
      const server = await PaddlockServer.start(this.#cluster, {
        config: await this.#configuration(),
        kubeconfig: await this.#cluster.serviceAccountKubeconfig(RELEASE_NAMESPACE, "paddlock"),
        words: (await this.#arguments()).map((word) => word.replace(MOUNTED, folder)),
      });
      this.servers.push(server);
      service.add(server);
    }
    await service.probe();
  }

  /** The serial numbers of the certificates that the replicas show now. */
  async serials(): Promise<readonly string[]> {
    return Promise.all(this.servers.map(({ port }) => serialAt(port)));
  }

  async stop(): Promise<void> {
    for (const volume of this.#volumes) volume.unmount();
    await this.#network.close();
  }

  async #mount(secret: string): Promise<string> {
    const volume = await SecretVolume.mount(this.#cluster, RELEASE_NAMESPACE, secret);
    this.#volumes.push(volume);
    return volume.folder;
  }

  async #service(): Promise<Service> {
    const { body } = await this.#cluster.client.get(`/api/v1/namespaces/${RELEASE_NAMESPACE}/services/paddlock`);
    return this.#network.route(`${textOf(valueAt(body, ["spec", "clusterIP"]))}:443`);
  }

  async #configuration(): Promise<string> {
    const path = `/api/v1/namespaces/${RELEASE_NAMESPACE}/configmaps/paddlock-config`;
    const { body } = await this.#cluster.client.get(path);
    return textOf(objectOf(body.data)["paddlock.yaml"]) ?? "";
  }

  /** But for what a process on loopback has of its own. */
  async #arguments(): Promise<readonly string[]> {
    const path = `/apis/apps/v1/namespaces/${RELEASE_NAMESPACE}/deployments/paddlock`;
    const { body } = await this.#cluster.client.get(path);
    const args = valueAt(body, ["spec", "template", "spec", "containers", 0, "args"]);
    const own = /^--(config|listen|metrics-listen)=|^serve$/;
    return listOf(args)
      .map(String)
      .filter((word) => !own.test(word));
  }
}

function serialAt(port: number): Promise<string> {
  return new Promise((settle, fail) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      settle(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", fail);
  });
}
