import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/documents/document.ts";
import { listOf, objectOf, valueAt } from "../../src/resources/json.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { CHART, chartValues, helm, RELEASE_NAMESPACE } from "./harness/helm.ts";

const root = join(import.meta.dirname, "../..");
const namespace = RELEASE_NAMESPACE;
const secret = `/api/v1/namespaces/${namespace}/secrets/paddlock-ca`;
const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/paddlock-ca`;
const hook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";
const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\n").toString("base64");

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true });
});
afterAll(() => cluster?.stop());

describe("helm", () => {
  test("installs what the API server takes, and whose Pods its own namespace admits", async () => {
    await cluster.client.post("/api/v1/namespaces", {
      metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
    const installed = await helm(cluster, ["install", "paddlock", CHART, ...chartValues(cluster, {})]);
    expect(installed).toMatchObject({ status: 0, stderr: "" });
    expect(installed.stdout).toContain("Nothing is denied yet.");
    await expect.poll(() => pods("webhook"), { timeout: 20_000 }).toHaveLength(2);
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    expect(await mayCreatePods("default")).toBe("");
  });

  test("makes a Job of the audit whose Pods are admitted, too", async () => {
    const made = await cluster.kubectl(["-n", namespace, "create", "job", "--from=cronjob/paddlock-audit", "now"]);
    expect(made).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(() => pods("audit"), { timeout: 20_000 }).toHaveLength(1);
  });

  test("leaves the certificates alone over an upgrade and a rollback", async () => {
    await keepCertificates();
    const enforcing = { config: { admission: { mode: "enforce" } }, webhook: { timeoutSeconds: 5 }, replicas: 3 };
    expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, enforcing)])).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expectCertificates();
    expect(await helm(cluster, ["rollback", "paddlock", "1"])).toMatchObject({ status: 0, stderr: "" });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    await expectCertificates();
    expect(await helm(cluster, ["rollback", "paddlock", "2"])).toMatchObject({ status: 0, stderr: "" });
    await expectCertificates();
  });

  test("has a webhook that while nobody answers it blocks all namespaces but those that bring it back", async () => {
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expect.poll(() => mayCreatePods("default")).toContain('failed calling webhook "validate.paddlock.dev"');
    for (const spared of ["kube-system", "kube-node-lease"]) expect(await mayCreatePods(spared)).toBe("");
    await cluster.client.delete(`/api/v1/namespaces/${namespace}/pods`);
    await expect.poll(() => pods("webhook"), { timeout: 20_000 }).toHaveLength(3);
    const scaled = await cluster.kubectl(["-n", namespace, "rollout", "restart", "deployment/paddlock"]);
    expect(scaled).toMatchObject({ status: 0, stderr: "" });
  });

  test("lets everything through again by the two ways of an emergency, and takes the webhook back", async () => {
    const open = { config: { admission: { mode: "enforce" } }, webhook: { failurePolicy: "Ignore" } };
    expect((await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, open)])).stdout).toContain(
      "WARNING",
    );
    await expect.poll(() => mayCreatePods("default")).toBe("");
    await expectCertificates();

    const closed = { config: { admission: { mode: "enforce" } } };
    await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, closed)]);
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
    await cluster.kubectl(["delete", "validatingwebhookconfiguration", "paddlock"]);
    await expect.poll(() => mayCreatePods("default")).toBe("");
    expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, closed)])).toMatchObject({
      status: 0,
    });
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
  });

  test("registers the webhook that pins images, with rights on what that needs by name", async () => {
    await cluster.client.post("/api/v1/namespaces", { metadata: { name: "ml" } });
    const policies = [{ name: "own", images: ["**"], authorities: [{ key: { inline: "PEM" } }] }];
    const config = { signatures: { policies }, registries: { pullSecrets: ["ml/login"] } };
    const pinning = chartValues(cluster, { config, mutation: { enabled: true } });
    expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...pinning])).toMatchObject({ status: 0, stderr: "" });
    const mutating = hook.replace("validating", "mutating");
    expect(await read(mutating, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    expect(await read(mutating, "webhooks", 0, "reinvocationPolicy")).toBe("IfNeeded");
    // Nobody answers here, and nothing is held up by that.
    expect(await mayCreatePods("default")).toBe("");
    const may = async (...words: readonly string[]): Promise<string> => {
      const account = `system:serviceaccount:${namespace}:paddlock`;
      return (await cluster.kubectl(["auth", "can-i", "--as", account, ...words])).stdout.trim();
    };
    expect(await may("patch", "mutatingwebhookconfigurations/paddlock")).toBe("yes");
    expect(await may("patch", "mutatingwebhookconfigurations/other")).toBe("no");
    expect(await may("list", "pods", "--all-namespaces")).toBe("yes");
    expect(await may("get", "secrets/login", "-n", "ml")).toBe("yes");
    expect(await may("get", "secrets/other", "-n", "ml")).toBe("no");
  });

  test("uninstalls to a cluster that creates Pods, and leaves nothing behind", async () => {
    expect(await helm(cluster, ["uninstall", "paddlock"])).toMatchObject({ status: 0, stderr: "" });
    expect(await mayCreatePods("default")).toBe("");
    const kinds = "validatingwebhookconfigurations,mutatingwebhookconfigurations,clusterroles,clusterrolebindings";
    const left = await cluster.kubectl(["get", kinds, "-l", "app.kubernetes.io/name=paddlock", "-o", "name"]);
    expect(left.stdout).toBe("");
    expect((await cluster.kubectl(["-n", "ml", "get", "roles,rolebindings", "-o", "name"])).stdout).toBe("");
    const own = "secrets,leases,configmaps,deployments,cronjobs,services,roles,rolebindings,resourcequotas";
    const inside = await cluster.kubectl([
      "-n",
      namespace,
      "get",
      own,
      "-l",
      "app.kubernetes.io/name=paddlock",
      "-o=name",
    ]);
    expect(inside.stdout).toBe("");
  });
});

describe("kubectl apply -k", () => {
  const overlay = (name: string): string => join(root, "deploy/kustomize/overlays", name);

  test("installs, is applied again without touching the certificates, and goes without a trace", async () => {
    expect(await cluster.kubectl(["apply", "-k", overlay("warn")])).toMatchObject({ status: 0 });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    await keepCertificates();
    expect(await cluster.kubectl(["apply", "-k", overlay("enforce")])).toMatchObject({ status: 0 });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expectCertificates();
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
    expect(
      await cluster.kubectl(["apply", "--server-side", "--force-conflicts", "-k", overlay("enforce")]),
    ).toMatchObject({
      status: 0,
    });
    await expectCertificates();
    expect(await cluster.kubectl(["delete", "--wait=false", "-k", overlay("enforce")])).toMatchObject({ status: 0 });
    await expect.poll(() => mayCreatePods("default")).toBe("");
  });
});

/** Puts into the Secret, the Lease and the webhook configuration what the server would. */
async function keepCertificates(): Promise<void> {
  await patch("secret", "merge", { data: { "ca.crt": certificate } });
  await patch("lease", "merge", { spec: { holderIdentity: "paddlock-1", leaseDurationSeconds: 30 } });
  const injected = { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: bundle() };
  await patch("validatingwebhookconfiguration", "json", [injected]);
}

async function expectCertificates(): Promise<void> {
  expect(await read(secret, "data", "ca.crt")).toBe(certificate);
  expect(await read(lease, "spec", "holderIdentity")).toBe("paddlock-1");
  expect(await read(hook, "webhooks", 0, "clientConfig", "caBundle")).toBe(bundle());
}

/** The API server refuses what is no certificate: its own will do. */
function bundle(): string {
  return Buffer.from(cluster.ca).toString("base64");
}

async function patch(kind: string, type: "merge" | "json", body: JsonValue): Promise<void> {
  const name = kind === "validatingwebhookconfiguration" ? "paddlock" : "paddlock-ca";
  const words = ["-n", namespace, "patch", kind, name, `--type=${type}`, "-p", JSON.stringify(body)];
  const { status, stderr } = await cluster.kubectl(words);
  if (status !== 0) throw new Error(stderr);
}

async function read(path: string, ...at: readonly (string | number)[]): Promise<JsonValue | undefined> {
  return valueAt((await cluster.client.get(path)).body, at);
}

/** The Pods of a part of the release. */
async function pods(component: string): Promise<readonly JsonObject[]> {
  const selector = `labelSelector=app.kubernetes.io/component=${component}`;
  const { body } = await cluster.client.get(`/api/v1/namespaces/${namespace}/pods?${selector}`);
  return listOf(body.items).map(objectOf);
}

/** "" where the API server would take a Pod, else what it says; nothing is stored. */
async function mayCreatePods(inside: string): Promise<string> {
  const { status, body } = await cluster.client.post(`/api/v1/namespaces/${inside}/pods?dryRun=All`, {
    metadata: { generateName: "try-" },
    spec: { containers: [{ name: "a", image: "registry.example.com/a:1.0.0" }] },
  });
  return status === 201 ? "" : String(body.message);
}
