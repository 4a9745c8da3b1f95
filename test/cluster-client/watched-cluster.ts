import { ClusterClient } from "../../src/cluster/client.ts";
import type { WatchState, WatchTiming } from "../../src/cluster/kind-watch.ts";
import { ClusterRelations, type ClusterRelationsOptions } from "../../src/cluster/relations.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import { pod } from "./objects.ts";
import { until } from "./until.ts";

export const policies = "/apis/networking.k8s.io/v1/networkpolicies";
export const claims = "/api/v1/persistentvolumeclaims";
export const services = "/api/v1/services";
const paths = [policies, claims, services, "/api/v1/namespaces"];

/** No test is to wait for a minute. */
export const quick: WatchTiming = {
  watch: 60_000,
  silence: 60_000,
  recheck: 50,
  firstRetry: 10,
  mostRetry: 40,
  stale: 60_000,
};

/** The ends of the relations that pods are judged by. */
export const relationRoles: readonly string[] = ["claim", "service", "policy"];

/** A fake API server, and the relations that are kept of it. */
export class WatchedCluster {
  readonly server: FakeApiServer;
  readonly client: ClusterClient;
  readonly notes: string[] = [];
  #relations: ClusterRelations | undefined;

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.client = new ClusterClient(server.kubeConfig());
  }

  static async start(): Promise<WatchedCluster> {
    return new WatchedCluster(await FakeApiServer.start());
  }

  get relations(): ClusterRelations {
    if (this.#relations === undefined) throw new Error("not begun");
    return this.#relations;
  }

  begin(options: Partial<ClusterRelationsOptions> = {}): void {
    const onNote = (kind: string, note: string) => this.notes.push(`${kind}: ${note}`);
    this.#relations = new ClusterRelations({
      roles: relationRoles,
      networkPolicyGrace: 0,
      timing: quick,
      onNote,
      ...options,
    });
    this.#relations.start(this.client);
  }

  /** Begins, and waits until all that is installed is watched. */
  async inSync(options: Partial<ClusterRelationsOptions> = {}): Promise<void> {
    this.begin(options);
    await until(() => this.relations.synced() && paths.every((path) => this.server.watches(path) === 1));
  }

  stateOf(kind: string): WatchState | undefined {
    return this.relations.states().find((each) => each.kind === kind)?.state;
  }

  /** What is said of the incoming traffic of a pod with these labels. */
  isolated(where: string, labels: Record<string, string>): string {
    return this.relations.relations(where).network(pod(where, labels)).ingress.state;
  }

  hasClaim(where: string, name: string): string | undefined {
    return this.relations.relations(where).claims(pod(where, {}, [name]))[name]?.found;
  }

  async close(): Promise<void> {
    await this.#relations?.close();
    this.client.close();
    await this.server.down();
  }
}
