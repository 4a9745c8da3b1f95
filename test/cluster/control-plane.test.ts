import { existsSync } from "node:fs";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { freePort } from "../../tools/cluster/free-ports.ts";
import { Authority } from "./harness/authority.ts";
import { ServiceNetwork } from "./harness/service-network.ts";
import { registerWebhook, unregisterWebhook, WEBHOOK_NAME } from "./harness/webhook.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true, users: [{ name: "dana", groups: ["ml-team"] }] });
});
afterAll(() => cluster?.stop());

describe("the control plane that the other tests stand on", () => {
  test("makes the Pods of a Deployment, which nobody runs", async () => {
    const made = await cluster.kubectl(["create", "deployment", "web", "--image=registry.example.com/web:1.2.3"]);
    expect(made).toEqual({ status: 0, stdout: "deployment.apps/web created\n", stderr: "" });
    await expect.poll(async () => (await pods("default")).length, { timeout: 20_000 }).toBe(1);
  });

  test("knows the users that it was given", async () => {
    const kubeconfig = cluster.writeKubeconfig("dana.kubeconfig", cluster.token("dana"));
    const { status, stderr } = await cluster.kubectl(["get", "secrets"], { kubeconfig });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'Error from server (Forbidden): secrets is forbidden: User "dana" cannot list resource "secrets" in API group "" ' +
        'in the namespace "default"\n',
    });
    expect((await cluster.kubectl(["auth", "whoami", "-o=name"], { kubeconfig })).status).toBe(0);
  });

  test("makes tokens of service accounts", async () => {
    const kubeconfig = await cluster.serviceAccountKubeconfig("default", "default");
    const { stdout } = await cluster.kubectl(["auth", "whoami", "-o=jsonpath={.status.userInfo.username}"], {
      kubeconfig,
    });
    expect(stdout).toBe("system:serviceaccount:default:default");
  });

  test("keeps an audit log of what was written", async () => {
    await cluster.kubectl(["create", "configmap", "audited"]);
    const created = (): unknown =>
      cluster.auditEvents().filter(({ verb, objectRef }) => verb === "create" && names(objectRef, "audited"));
    await expect.poll(created).toHaveLength(1);
  });

  test("keeps what it stored over a restart of the API server and of etcd", async () => {
    await cluster.kubectl(["create", "configmap", "kept"]);
    await cluster.process("kube-apiserver").end("SIGKILL");
    await cluster.process("etcd").end("SIGKILL");
    await cluster.startEtcd();
    await cluster.startApiServer();
    expect((await cluster.kubectl(["get", "configmap", "kept", "-o=name"])).stdout).toBe("configmap/kept\n");
  });

  test("answers no write while etcd is paused, and does again afterwards", async () => {
    cluster.process("etcd").signal("SIGSTOP");
    const write = cluster.client.post("/api/v1/namespaces/default/configmaps", { metadata: { name: "late" } });
    await expect(Promise.race([write, sleep(2000, "no answer")])).resolves.toBe("no answer");
    cluster.process("etcd").signal("SIGCONT");
    expect((await write).status).toBe(201);
  });
});

describe("a webhook behind a Service", () => {
  test("is reached through the network of the test, at one ready endpoint", async () => {
    const authority = await Authority.create();
    const asked: string[] = [];
    const hook = createServer(await authority.server(["hook.default.svc"]), async (request, response) => {
      const { request: review } = JSON.parse(await text(request));
      asked.push(`${request.httpVersion} ${review.name}`);
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          apiVersion: "admission.k8s.io/v1",
          kind: "AdmissionReview",
          response: { uid: review.uid, allowed: review.name !== "bad", status: { code: 403, message: "no" } },
        }),
      );
    }).listen(0, "127.0.0.1");
    const network = await ServiceNetwork.listen(cluster.serviceSocket);
    onTestFinished(async () => {
      await unregisterWebhook(cluster);
      await network.close();
      hook.close();
    });
    const made = await cluster.client.post("/api/v1/namespaces/default/services", {
      metadata: { name: "hook" },
      spec: { clusterIP: "10.0.0.7", ports: [{ port: 443 }] },
    });
    expect(made.status).toBe(201);
    const service = network.route("10.0.0.7:443");
    const address = hook.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    service.add({ port: address.port, ready: async () => true });
    service.add({ port: await freePort(), ready: async () => false });

    const client = { service: { namespace: "default", name: "hook", path: "/validate", port: 443 } };
    await registerWebhook(cluster, { client, ca: authority.ca }, () => asked.length > 0);
    const { status, stderr } = await cluster.kubectl(["create", "configmap", "bad"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `error: failed to create configmap: admission webhook "${WEBHOOK_NAME}" denied the request: no\n`,
    });
    // As in a real cluster, and unlike a URL on loopback.
    expect(asked.at(-1)).toBe("1.1 bad");
  });
});

test("a cluster that is stopped leaves no process and no file", async () => {
  const other = await Cluster.start();
  const pids = [other.process("etcd").pid, other.process("kube-apiserver").pid];
  await other.stop();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(existsSync(other.processes.folder)).toBe(false);
});

async function pods(namespace: string): Promise<readonly unknown[]> {
  const { items } = (await cluster.client.get(`/api/v1/namespaces/${namespace}/pods`)).body;
  return Array.isArray(items) ? items : [];
}

function names(reference: unknown, name: string): boolean {
  return typeof reference === "object" && reference !== null && "name" in reference && reference.name === name;
}
