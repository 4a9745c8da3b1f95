import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/documents/document.ts";
import { listOf, objectOf, valueAt } from "../../src/resources/json.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { installedTool } from "../../tools/install.ts";

const root = join(import.meta.dirname, "../..");
const chart = join(root, "deploy/chart");
const namespace = "paddlock-system";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
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
    const installed = await helm(["install", "paddlock", chart, ...values({})]);
    expect(installed).toMatchObject({ status: 0, stderr: "" });
    expect(installed.stdout).toContain("Nothing is denied yet.");
    await expect.poll(() => pods(namespace), { timeout: 20_000 }).toHaveLength(2);
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    expect(await mayCreatePods("default")).toBe("");
  });

  test("makes a Job of the audit whose Pods are admitted, too", async () => {
    const made = await cluster.kubectl(["-n", namespace, "create", "job", "--from=cronjob/paddlock-audit", "now"]);
    expect(made).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(() => pods(namespace), { timeout: 20_000 }).toHaveLength(3);
  });

  test("leaves the certificates alone over an upgrade and a rollback", async () => {
    await keepCertificates();
    const enforcing = { config: { admission: { mode: "enforce" } }, webhook: { timeoutSeconds: 5 }, replicas: 3 };
    expect(await helm(["upgrade", "paddlock", chart, ...values(enforcing)])).toMatchObject({ status: 0, stderr: "" });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expectCertificates();
    expect(await helm(["rollback", "paddlock", "1"])).toMatchObject({ status: 0, stderr: "" });
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    await expectCertificates();
    expect(await helm(["rollback", "paddlock", "2"])).toMatchObject({ status: 0, stderr: "" });
    await expectCertificates();
  });

  test("has a webhook that while nobody answers it blocks all namespaces but those that bring it back", async () => {
    expect(await read(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    await expect.poll(() => mayCreatePods("default")).toContain('failed calling webhook "validate.paddlock.dev"');
    for (const spared of ["kube-system", "kube-node-lease"]) expect(await mayCreatePods(spared)).toBe("");
    await cluster.client.delete(`/api/v1/namespaces/${namespace}/pods`);
    await expect.poll(() => pods(namespace), { timeout: 20_000 }).toHaveLength(3);
    const scaled = await cluster.kubectl(["-n", namespace, "rollout", "restart", "deployment/paddlock"]);
    expect(scaled).toMatchObject({ status: 0, stderr: "" });
  });

  test("lets everything through again by the two ways of an emergency, and takes the webhook back", async () => {
    const open = { config: { admission: { mode: "enforce" } }, webhook: { failurePolicy: "Ignore" } };
    expect((await helm(["upgrade", "paddlock", chart, ...values(open)])).stdout).toContain("WARNING");
    await expect.poll(() => mayCreatePods("default")).toBe("");
    await expectCertificates();

    const closed = { config: { admission: { mode: "enforce" } } };
    await helm(["upgrade", "paddlock", chart, ...values(closed)]);
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
    await cluster.kubectl(["delete", "validatingwebhookconfiguration", "paddlock"]);
    await expect.poll(() => mayCreatePods("default")).toBe("");
    expect(await helm(["upgrade", "paddlock", chart, ...values(closed)])).toMatchObject({ status: 0 });
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
  });

  test("uninstalls to a cluster that creates Pods, and leaves nothing behind", async () => {
    expect(await helm(["uninstall", "paddlock"])).toMatchObject({ status: 0, stderr: "" });
    expect(await mayCreatePods("default")).toBe("");
    const kinds = "validatingwebhookconfigurations,clusterroles,clusterrolebindings";
    const left = await cluster.kubectl(["get", kinds, "-l", "app.kubernetes.io/name=paddlock", "-o", "name"]);
    expect(left.stdout).toBe("");
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
  const type = "application/merge-patch+json";
  await patch(secret, { data: { "ca.crt": certificate } }, type);
  await patch(lease, { spec: { holderIdentity: "paddlock-1", leaseDurationSeconds: 30 } }, type);
  const replaced = [{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value: await bundle() }];
  await patch(hook, replaced, "application/json-patch+json");
}

async function expectCertificates(): Promise<void> {
  expect(await read(secret, "data", "ca.crt")).toBe(certificate);
  expect(await read(lease, "spec", "holderIdentity")).toBe("paddlock-1");
  expect(await read(hook, "webhooks", 0, "clientConfig", "caBundle")).toBe(await bundle());
}

/** The API server refuses what is no certificate: its own will do. */
async function bundle(): Promise<string> {
  return Buffer.from(cluster.ca).toString("base64");
}

async function patch(path: string, body: JsonValue, type: string): Promise<void> {
  const word = type.includes("json-patch") ? "json" : "merge";
  const [kind = "", name = ""] = path.split("/").slice(-2);
  const done = await cluster.kubectl([
    "-n",
    namespace,
    "patch",
    kind,
    name,
    `--type=${word}`,
    "-p",
    JSON.stringify(body),
  ]);
  if (done.status !== 0) throw new Error(done.stderr);
}

async function read(path: string, ...at: readonly (string | number)[]): Promise<JsonValue | undefined> {
  return valueAt((await cluster.client.get(path)).body, at);
}

async function pods(inside: string): Promise<readonly JsonObject[]> {
  const { body } = await cluster.client.get(`/api/v1/namespaces/${inside}/pods`);
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

function values(given: { readonly [key: string]: unknown }): readonly string[] {
  const file = join(cluster.processes.folder, "values.json");
  writeFileSync(file, JSON.stringify({ image: { digest }, ...given }));
  return ["--values", file];
}

function helm(words: readonly string[]): Promise<CommandResult> {
  const home = join(cluster.processes.folder, "helm");
  mkdirSync(home, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: home,
    HELM_CONFIG_HOME: home,
    HELM_DATA_HOME: home,
  };
  return new Promise((settle, fail) => {
    execFile(
      installedTool("helm"),
      ["-n", namespace, ...words],
      { env, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") fail(error);
        else settle({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}
