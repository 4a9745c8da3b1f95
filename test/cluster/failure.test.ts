import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { Authority } from "./harness/authority.ts";
import { loadDuring } from "./harness/load.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { type Service, ServiceNetwork } from "./harness/service-network.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { registerWebhook, type Webhook } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const CONFIG = "extends: recommended\nadmission:\n  mode: enforce\n";
const CLUSTER_IP = "10.0.0.10";
const HOST = "paddlock.paddlock-system.svc";

let cluster: Cluster;
let network: ServiceNetwork;
let service: Service;
let authority: Authority;
let replicas: PaddlockServer[] = [];
beforeAll(async () => {
  cluster = await Cluster.start();
  await createNamespaces(cluster, ["paddlock-system", "ml", "later", "after-etcd"]);
  await applyAll(cluster, [
    closedNamespacePolicy("ml"),
    ...["ml", "later", "after-etcd"].map(modelClaim),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "paddlock", namespace: "paddlock-system" },
      spec: { clusterIP: CLUSTER_IP, ports: [{ port: 443 }] },
    },
  ]);
  network = await ServiceNetwork.listen(cluster.serviceSocket);
  service = network.route(`${CLUSTER_IP}:443`);
  authority = await Authority.create();
  replicas = [await startReplica(), await startReplica()];
  await register({});
});
afterAll(async () => {
  await network?.close();
  await cluster?.stop();
});

describe("under load", () => {
  test("of 2,000 creations during five rolling restarts none fails, and none slips through", async () => {
    const result = await loadDuring(
      cluster,
      "ml",
      async () => {
        for (let round = 0; round < 5; round++) {
          for (const [index, old] of replicas.entries()) {
            // As a rollout does: the new one is ready before the old one is told to end.
            const next = await startReplica();
            old.process.signal("SIGTERM");
            expect(await old.process.ended).toBe(0);
            service.remove(old);
            replicas[index] = next;
          }
        }
      },
      2000,
    );
    expect(result.failed).toEqual([]);
    expect(result.slipped).toEqual([]);
    expect(result.created + result.denied).toBeGreaterThanOrEqual(2000);
  }, 240_000);

  test("when replicas are killed some creations may fail, and none slips through", async () => {
    const result = await loadDuring(
      cluster,
      "ml",
      async () => {
        for (const [index, old] of replicas.entries()) {
          await old.process.end("SIGKILL");
          service.remove(old);
          replicas[index] = await startReplica();
        }
      },
      500,
    );
    expect(result.slipped).toEqual([]);
    expect(result.created).toBeGreaterThan(0);
    expect(result.denied).toBeGreaterThan(0);
  });

  test("no creation fails while certificates are rotated, of one authority and then of another", async () => {
    const next = await Authority.create("Next test CA");
    await register({ ca: authority.ca + next.ca });
    const result = await loadDuring(
      cluster,
      "ml",
      async () => {
        for (const issuer of [authority, authority, next]) {
          for (const replica of replicas) {
            const before = await serialOf(replica);
            replica.certify(await issuer.server([HOST]));
            await waitUntil("the new certificate is in use", async () => (await serialOf(replica)) !== before);
          }
        }
      },
      500,
    );
    expect(result.failed).toEqual([]);
    expect(result.slipped).toEqual([]);
    authority = next;
    await register({});
  });
});

describe("the control plane", () => {
  test("restarted, is watched again: what is new is known", async () => {
    expect((await create("later")).stderr).toContain("network-policy");
    await cluster.process("kube-apiserver").end("SIGKILL");
    await cluster.startApiServer();
    expect(await replicas[0]?.ready()).toBe(true);
    await applyAll(cluster, [closedNamespacePolicy("later")]);
    await expect.poll(async () => (await create("later")).status, { timeout: 60_000 }).toBe(0);
  });

  test("without etcd for 20 s stores nothing that slips through, and all is well again afterwards", async () => {
    const result = await loadDuring(cluster, "ml", async () => {
      cluster.process("etcd").signal("SIGSTOP");
      await sleep(20_000);
      for (const replica of replicas) expect(await replica.ready()).toBe(true);
      cluster.process("etcd").signal("SIGCONT");
      await waitUntil("the API server is ready again", async () => (await create("ml")).status === 0, 60);
    });
    expect(result.slipped).toEqual([]);
    await applyAll(cluster, [closedNamespacePolicy("after-etcd")]);
    await expect.poll(async () => (await create("after-etcd")).status, { timeout: 60_000 }).toBe(0);
  });
});

describe("certificates and clocks", () => {
  test("one that is not valid yet is not taken in place of one that is", async () => {
    const [replica] = replicas;
    if (replica === undefined) throw new Error("no replica");
    const before = await serialOf(replica);
    const tomorrow = new Date(Date.now() + 86_400_000);
    replica.certify(
      await authority.server([HOST], { notBefore: tomorrow, notAfter: new Date(+tomorrow + 86_400_000) }),
    );
    await expect.poll(async () => (await replica.readyz()).includes("not valid"), { timeout: 30_000 }).toBe(true);
    expect(await serialOf(replica)).toBe(before);
    expect((await create("ml")).status).toBe(0);
    replica.certify(await authority.server([HOST]));
    await waitUntil("the right certificate is in use", async () => (await serialOf(replica)) !== before);
  });
});

describe("a webhook that does not answer", () => {
  test("in time: denied under Fail, let in under Ignore", async () => {
    await register({ timeoutSeconds: 1 });
    for (const { process } of replicas) process.signal("SIGSTOP");
    const denied = await create("ml");
    expect(denied.status).toBe(1);
    expect(denied.stderr).toContain("failed calling webhook");
    await register({ timeoutSeconds: 1, failurePolicy: "Ignore" }, []);
    await expect.poll(async () => (await create("ml", "latest")).status, { timeout: 20_000 }).toBe(0);
    for (const { process } of replicas) process.signal("SIGCONT");
    await register({});
    expect((await create("ml", "latest")).stderr).toContain("pinned-image");
  });

  test("at all: denied under Fail, let in under Ignore, and judged as soon as it is back", async () => {
    for (const replica of replicas) {
      await replica.process.end("SIGKILL");
      service.remove(replica);
    }
    const denied = await create("ml");
    expect(denied.status).toBe(1);
    expect(denied.stderr).toContain('failed calling webhook "validate.paddlock.dev"');
    await register({ failurePolicy: "Ignore" }, []);
    await expect.poll(async () => (await create("ml", "latest")).status, { timeout: 20_000 }).toBe(0);
    replicas = [await startReplica(), await startReplica()];
    await expect.poll(async () => (await create("ml", "latest")).stderr).toContain("pinned-image");
  });
});

describe("without the right to read network policies", () => {
  test("the rule is not judged, which readiness and a metric tell", async () => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "without-policies" },
      rules: [
        {
          apiGroups: [""],
          resources: ["namespaces", "persistentvolumeclaims", "services"],
          verbs: ["get", "list", "watch"],
        },
      ],
    };
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "short", namespace: "paddlock-system" },
    };
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "without-policies" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "without-policies" },
      subjects: [{ kind: "ServiceAccount", name: "short", namespace: "paddlock-system" }],
    };
    await applyAll(cluster, [role, account, binding]);
    await createNamespaces(cluster, ["unpoliced"]);
    await applyAll(cluster, [modelClaim("unpoliced")]);
    const server = await PaddlockServer.start(cluster, {
      config: CONFIG,
      certificate: await authority.server([HOST]),
      kubeconfig: await cluster.serviceAccountKubeconfig("paddlock-system", "short"),
    });
    // The API server keeps its connections for as long as somebody is at their other end.
    for (const replica of replicas) {
      await replica.process.end("SIGKILL");
      service.remove(replica);
    }
    service.add(server);
    await service.probe();
    await register({}, [server]);
    const done = await create("unpoliced");
    expect(done.status).toBe(0);
    expect(done.stderr).toMatch(/^Warning: .*\[network-policy, not judged\]/m);
    expect((await create("unpoliced", "latest")).status).toBe(1);
    const { informers } = JSON.parse(await server.readyz());
    expect(informers).toContainEqual(
      expect.objectContaining({ kind: "NetworkPolicy.networking.k8s.io", state: "forbidden" }),
    );
    expect(await server.metric("paddlock_informer_synced", { kind: "NetworkPolicy.networking.k8s.io" })).toBe(0);
    expect(await server.metric("paddlock_informer_synced", { kind: "PersistentVolumeClaim" })).toBe(1);
  });
});

async function startReplica(): Promise<PaddlockServer> {
  const certificate = await authority.server([HOST]);
  const replica = await PaddlockServer.start(cluster, {
    config: CONFIG,
    certificate,
    words: ["--shutdown-delay", "1s"],
  });
  service.add(replica);
  await service.probe();
  return replica;
}

/** Registers the hook as it is at the beginning, but for some, and waits until one of these is asked: none, nobody is. */
async function register(change: Partial<Webhook>, asked: readonly PaddlockServer[] = replicas): Promise<void> {
  const client = { service: { namespace: "paddlock-system", name: "paddlock", path: "/validate", port: 443 } };
  const requests = async (): Promise<number> => {
    let sum = 0;
    for (const server of asked) sum += await server.metric("paddlock_requests_total");
    return sum;
  };
  const before = await requests();
  const isAsked = async (): Promise<boolean> => asked.length === 0 || (await requests()) > before;
  await registerWebhook(cluster, { client, ca: authority.ca, ...change }, isAsked);
}

/** A Pod with nothing wrong but, perhaps, its tag; nothing is stored. */
function create(namespace: string, tag: string = "2.6.1"): Promise<CommandResult> {
  const pod = goodPod();
  for (const container of pod.containers) container.image = `registry.example.com/vision/paddle-ocr:${tag}`;
  const object: JsonObject = workload("Pod", "try", namespace, pod);
  return cluster.kubectl(["create", "--dry-run=server", "-f", "-"], { input: JSON.stringify(object) });
}

/** The serial number of the certificate that a server presents now. */
function serialOf({ port }: PaddlockServer): Promise<string> {
  return new Promise((settle, fail) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      settle(fingerprint256);
    });
    socket.on("error", fail);
  });
}
