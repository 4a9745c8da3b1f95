import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listOf, textOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { installKinds } from "./harness/custom-kinds.ts";
import { CHART, chartValues, helm, RELEASE_NAMESPACE } from "./harness/helm.ts";
import { createNamespaces } from "./harness/objects.ts";
import { PADDLOCK, PaddlockServer } from "./harness/paddlock-server.ts";
import { OPEN_REPORTS } from "./harness/report-kinds.ts";
import { type Service, ServiceNetwork } from "./harness/service-network.ts";

const configMap = `/api/v1/namespaces/${RELEASE_NAMESPACE}/configmaps/paddlock-config`;
const hook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";

/** From nothing to enforcement as the guide tells it: the chart's objects, accounts and arguments, and processes in place of Pods. */
let cluster: Cluster;
let network: ServiceNetwork;
let service: Service;
const servers: PaddlockServer[] = [];
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true, users: [{ name: "dana", groups: ["example:on-call"] }] });
  network = await ServiceNetwork.listen(cluster.serviceSocket);
  await createNamespaces(cluster, ["team-a", "team-b"]);
  const admin = ["create", "clusterrolebinding", "dana", "--clusterrole=cluster-admin", "--user=dana"];
  await cluster.kubectl(admin);
});
afterAll(async () => {
  await network?.close();
  await cluster?.stop();
});

describe("from nothing to enforcement", () => {
  test("installed, two replicas run by the chart's arguments, with no right but the chart's", async () => {
    await install({});
    const { body } = await cluster.client.get(`/api/v1/namespaces/${RELEASE_NAMESPACE}/services/paddlock`);
    service = network.route(`${textOf(valueAt(body, ["spec", "clusterIP"]))}:443`);
    for (let replica = 0; replica < 2; replica++) {
      const server = await PaddlockServer.start(cluster, {
        config: await configuration(),
        kubeconfig: await cluster.serviceAccountKubeconfig(RELEASE_NAMESPACE, "paddlock"),
        words: await argumentsOf("deployments/paddlock", "template"),
      });
      servers.push(server);
      service.add(server);
    }
    await service.probe();
    const states: { kind: string; state: string }[] = JSON.parse(await first().readyz()).informers;
    expect(states.filter(({ state }) => state !== "synced" && state !== "absent")).toEqual([]);
    await expect.poll(() => read(hook, "webhooks", 0, "clientConfig", "caBundle")).toBeTypeOf("string");
  });

  test("what breaks a rule is warned about, and let in", async () => {
    await expect
      .poll(async () => (await create("team-a")).stderr, { timeout: 30_000 })
      .toContain("[pinned-image, would deny]");
    expect(await create("team-a")).toMatchObject({ status: 0 });
    expect(await create("team-b")).toMatchObject({ status: 0 });
  });

  test("one namespace is enforced, and no other", async () => {
    await install({ mode: "warn", namespaces: [{ match: ["team-a"], mode: "enforce" }] });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expect.poll(async () => (await create("team-a")).status, { timeout: 30_000 }).toBe(1);
    const denied = await create("team-a");
    expect(denied.stderr).toContain('admission webhook "validate.paddlock.dev" denied the request');
    expect(denied.stderr).toContain("pinned-image");
    const warned = await create("team-b");
    expect(warned.status).toBe(0);
    expect(warned.stderr).toContain("[pinned-image, would deny]");
  });

  test("then all are, but for who is exempt, and that is told", async () => {
    await install({ mode: "enforce", exempt: { groups: ["example:on-call"] } });
    await expect.poll(async () => (await create("team-b")).status, { timeout: 30_000 }).toBe(1);
    const kubeconfig = cluster.writeKubeconfig("dana.kubeconfig", cluster.token("dana"));
    const exempt = await create("team-b", kubeconfig);
    expect(exempt.status).toBe(0);
    expect(exempt.stderr).toContain("group example:on-call is exempt");
    expect(await exemptions()).toBeGreaterThan(0);
  });

  test("the certificates and the enforcement outlive an upgrade of the chart's objects", async () => {
    const before = await read(hook, "webhooks", 0, "clientConfig", "caBundle");
    await install({ mode: "enforce" }, { replicas: 3, webhook: { timeoutSeconds: 5 } });
    expect(await read(hook, "webhooks", 0, "clientConfig", "caBundle")).toBe(before);
    expect(await create("team-a")).toMatchObject({ status: 1 });
  });

  test("with every replica gone nothing slips in, and after the uninstallation all does", async () => {
    for (const server of servers) {
      service.remove(server);
      await server.process.end("SIGTERM");
    }
    const blocked = await create("team-a");
    expect(blocked.status).toBe(1);
    expect(blocked.stderr).toContain('failed calling webhook "validate.paddlock.dev"');
    expect(await helm(cluster, ["uninstall", "paddlock"])).toMatchObject({ status: 0 });
    await expect.poll(async () => (await create("team-a")).status).toBe(0);
  });
});

describe("the audit with the rights of the chart", () => {
  test("reads all that it judges", async () => {
    await install({});
    await cluster.kubectl(["-n", "team-a", "create", "deployment", "web", "--image=registry.example.com/web:latest"]);
    const found = await audit();
    expect(found.stdout).toContain("[pinned-image]");
    expect(found.status).toBe(1);
    expect(found.stdout + found.stderr).not.toMatch(/forbidden/i);
  });

  test("writes and deletes reports where it is asked to, and lacks no right for that", async () => {
    await installKinds(cluster, OPEN_REPORTS);
    expect((await audit(["--preflight", "--policy-reports"])).stdout).toMatch(/Not ready: \d+ permissions are missing/);
    await install({}, { audit: { policyReports: true } });
    const preflight = await audit(["--preflight"]);
    expect(preflight.stdout).toContain("Ready: the account may read all that an audit judges by.");
    expect(preflight.status).toBe(0);
    const reports = "/apis/openreports.io/v1alpha1/namespaces/team-a/reports";
    expect(await audit()).toMatchObject({ status: 1 });
    const names = listOf((await cluster.client.get(reports)).body.items).map((each) =>
      valueAt(each, ["metadata", "name"]),
    );
    expect(names).toEqual([expect.stringMatching(/^paddlock-/)]);
    // A report of a workload that is gone; its garbage collector may be quicker, which is as well.
    await cluster.kubectl(["-n", "team-a", "delete", "deployment", "web", "--cascade=foreground"]);
    expect((await audit()).stderr).not.toMatch(/forbidden/i);
    expect(listOf((await cluster.client.get(reports)).body.items)).toEqual([]);
  });
});

/** Installs or upgrades the chart, and carries the configuration to the replicas as kubelets do. */
async function install(admission: JsonObject, more: { readonly [key: string]: unknown } = {}): Promise<void> {
  const values = chartValues(cluster, { config: { extends: "recommended", admission }, ...more });
  const done = await helm(cluster, ["upgrade", "--install", "--create-namespace", "paddlock", CHART, ...values]);
  if (done.status !== 0) throw new Error(done.stderr);
  const text = await configuration();
  for (const server of servers) server.configure(text);
}

async function configuration(): Promise<string> {
  return textOf(await read(configMap, "data", "paddlock.yaml")) ?? "";
}

/** The arguments of a workload's container, but for what a process on loopback has of its own. */
async function argumentsOf(workload: string, ...path: readonly string[]): Promise<readonly string[]> {
  const api = workload.startsWith("cronjobs") ? "batch" : "apps";
  const args = await read(
    `/apis/${api}/v1/namespaces/${RELEASE_NAMESPACE}/${workload}`,
    ...["spec", ...path, "spec", "containers", 0, "args"],
  );
  const own = /^--(config|listen|metrics-listen)=|^(serve|audit)$/;
  return listOf(args)
    .map(String)
    .filter((word) => !own.test(word));
}

/** A Pod that breaks rules; nothing is stored. */
function create(namespace: string, kubeconfig?: string): Promise<CommandResult> {
  const words = ["-n", namespace, "run", "try", "--image=registry.example.com/try:latest", "--dry-run=server"];
  return cluster.kubectl(words, kubeconfig === undefined ? {} : { kubeconfig });
}

async function audit(more: readonly string[] = []): Promise<CommandResult> {
  const kubeconfig = await cluster.serviceAccountKubeconfig(RELEASE_NAMESPACE, "paddlock-audit");
  const words = await argumentsOf("cronjobs/paddlock-audit", "jobTemplate", "spec", "template");
  const all = [PADDLOCK, "audit", "--kubeconfig", kubeconfig, ...words, ...more];
  return new Promise((settle, fail) => {
    execFile(process.execPath, all, { cwd: cluster.processes.folder, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") fail(error);
      else settle({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

async function read(path: string, ...at: readonly (string | number)[]): Promise<JsonValue | undefined> {
  return valueAt((await cluster.client.get(path)).body, at);
}

async function exemptions(): Promise<number> {
  let sum = 0;
  for (const server of servers) sum += await server.metric("paddlock_exempt_total");
  return sum;
}

function first(): PaddlockServer {
  const [server] = servers;
  if (server === undefined) throw new Error("no server runs");
  return server;
}
