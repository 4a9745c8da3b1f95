import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listOf, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { withImage } from "../deploy/overlay.ts";
import { CHART, chartOfVersion01, chartValues, helm, RELEASE_NAMESPACE } from "./harness/helm.ts";

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
    await makeNamespace("calico-system");
    const installed = await helm(cluster, ["install", "paddlock", CHART, ...chartValues(cluster, {})]);
    expect(installed).toMatchObject({ status: 0, stderr: "" });
    expect(installed.stdout).toContain("Nothing is denied yet.");
    await expect.poll(() => pods("webhook"), { timeout: 20_000 }).toHaveLength(2);
    expect(await policies()).toEqual({
      "validate.paddlock.dev": "Fail",
      "advise.paddlock.dev": "Ignore",
      "objects.paddlock.dev": "Ignore",
    });
    // Nobody answers here: what is not enforced does not wait for that.
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
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
    await expectCertificates();
    expect(await helm(cluster, ["rollback", "paddlock", "1"])).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(() => mayCreatePods("default")).toBe("");
    await expectCertificates();
    expect(await helm(cluster, ["rollback", "paddlock", "2"])).toMatchObject({ status: 0, stderr: "" });
    await expectCertificates();
  });

  test("has a webhook that while nobody answers it blocks all namespaces but those that bring it back", async () => {
    await expect.poll(() => mayCreatePods("default")).toContain('failed calling webhook "validate.paddlock.dev"');
    for (const spared of ["kube-system", "kube-node-lease"]) expect(await mayCreatePods(spared)).toBe("");
    await cluster.client.delete(`/api/v1/namespaces/${namespace}/pods`);
    await expect.poll(() => pods("webhook"), { timeout: 20_000 }).toHaveLength(3);
    const scaled = await cluster.kubectl(["-n", namespace, "rollout", "restart", "deployment/paddlock"]);
    expect(scaled).toMatchObject({ status: 0, stderr: "" });
  });

  test("has a webhook that while nobody answers it closes enforced namespaces, and no other", async () => {
    for (const name of ["ocr", "ocr-lab", "ocr-2", "vision", "labelled", "spared"]) await makeNamespace(name);
    const labelled = { metadata: { labels: { "paddlock.dev/mode": "enforce" } } };
    await cluster.kubectl(["patch", "namespace", "labelled", "-p", JSON.stringify(labelled)]);
    const spared = { metadata: { labels: { "paddlock.dev/mode": "warn" } } };
    await cluster.kubectl(["patch", "namespace", "spared", "-p", JSON.stringify(spared)]);
    const all = ["default", "ocr", "ocr-lab", "ocr-2", "vision", "labelled", "spared"];
    const closed = async (admission: object): Promise<readonly string[]> => {
      const values = chartValues(cluster, { config: { admission } });
      expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...values])).toMatchObject({ status: 0, stderr: "" });
      await settled();
      const refused: string[] = [];
      for (const name of all) if ((await mayCreatePods(name)).includes("failed calling webhook")) refused.push(name);
      return refused;
    };
    const enforce = (...match: readonly string[]): object => ({ match, mode: "enforce" });
    expect(await closed({ mode: "warn", namespaces: [enforce("ocr", "vision")] })).toEqual(["ocr", "vision"]);
    const first = { match: ["ocr-lab"], mode: "warn" };
    expect(await closed({ mode: "warn", namespaces: [first, enforce("ocr-*", "v[a-i]s?on", "!*-3")] })).toEqual([
      "ocr-2",
      "vision",
    ]);
    const but = [{ match: ["default", "{labelled,spared}", "ocr*"], mode: "audit" }];
    expect(await closed({ mode: "enforce", namespaces: but })).toEqual(["vision"]);
    expect(await closed({ mode: "warn", modeLabel: true, namespaces: [enforce("ocr", "spared")] })).toEqual([
      "ocr",
      "labelled",
    ]);
    expect(await closed({ mode: "enforce", modeLabel: true })).toEqual(all.filter((name) => name !== "spared"));
    // What lives in no namespace stands in one entry, by `mode`: a kind that needs nobody's CRD shows it.
    const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["persistentvolumes"] };
    for (const [admission, refused] of [
      [{ mode: "enforce", modeLabel: true, namespaces: [{ match: ["a*"], mode: "warn" }] }, true],
      [{ mode: "warn", modeLabel: true, namespaces: [enforce("a*")] }, false],
      [{ mode: "warn", namespaces: [enforce("a")] }, false],
      [{ mode: "enforce", namespaces: [{ match: ["a"], mode: "warn" }] }, true],
    ] as const) {
      const values = chartValues(cluster, { config: { admission }, webhook: { extraRules: [rule] } });
      expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...values])).toMatchObject({ status: 0, stderr: "" });
      await settled();
      const { status, body } = await cluster.client.post("/api/v1/persistentvolumes?dryRun=All", {
        metadata: { generateName: "try-" },
        spec: {
          capacity: { storage: "1Gi" },
          accessModes: ["ReadWriteOnce"],
          nfs: { server: "example.com", path: "/" },
        },
      });
      expect(status === 201 ? "" : String(body.message)).toContain(refused ? '"validate.paddlock.dev"' : "");
      expect(status === 201).toBe(!refused);
    }
  });

  test("comes from one entry to two, and back, without a moment in which an enforced namespace is open", async () => {
    await helm(cluster, ["uninstall", "paddlock", "--wait"]);
    const enforcing = { config: { admission: { mode: "warn", namespaces: [{ match: ["ocr"], mode: "enforce" }] } } };
    const values = chartValues(cluster, enforcing);
    const old = await helm(cluster, ["install", "paddlock", chartOfVersion01(cluster), ...values]);
    expect(old).toMatchObject({ status: 0, stderr: "" });
    expect(await policies()).toEqual({ "validate.paddlock.dev": "Fail" });
    await expect.poll(() => mayCreatePods("ocr")).toContain("failed calling webhook");
    expect(await mayCreatePods("vision")).toContain("failed calling webhook");
    await keepCertificates();

    const over = new AbortController();
    const watched = everOpen("ocr", over.signal);
    expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...values])).toMatchObject({ status: 0, stderr: "" });
    await settled();
    expect(await mayCreatePods("vision")).toBe("");
    // The entry that enforces keeps the CA that the API server knows already.
    await expectCertificates();
    expect(await helm(cluster, ["rollback", "paddlock", "1"])).toMatchObject({ status: 0, stderr: "" });
    expect(await policies()).toEqual({ "validate.paddlock.dev": "Fail" });
    await expectCertificates();
    expect(await helm(cluster, ["upgrade", "paddlock", CHART, ...values])).toMatchObject({ status: 0, stderr: "" });
    await settled();
    over.abort();
    const { asked, open } = await watched;
    expect(open).toBe(0);
    expect(asked).toBeGreaterThan(20);
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
    await makeNamespace("ml");
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

  test("tells what it found in the cluster, and leaves out the infrastructure that is there", async () => {
    for (const name of ["longhorn-system", "net", "certs", "ray"]) await makeNamespace(name);
    const pod = (serviceAccountName: string, volumes: JsonValue = []): JsonObject => ({
      metadata: { labels: { app: "a" } },
      spec: { serviceAccountName, volumes, containers: [{ name: "a", image: "registry.example.com/a:1.0.0" }] },
    });
    const apply = async (kind: string, namespace: string, name: string, template: JsonObject): Promise<void> => {
      const spec = { selector: { matchLabels: { app: "a" } }, template };
      const path = `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
      const made = await cluster.client.post(path, { apiVersion: "apps/v1", kind, metadata: { name }, spec });
      expect(made.status).toBe(201);
    };
    const driver = [{ name: "cni", hostPath: { path: "/opt/cni/bin" } }];
    await apply("DaemonSet", "calico-system", "calico-node", pod("default", driver));
    await apply("DaemonSet", "net", "driver", pod("default", driver));
    await apply("DaemonSet", "net", "collector", pod("default", [{ name: "log", hostPath: { path: "/var/log" } }]));
    await apply("Deployment", "certs", "cert-manager", pod("cert-manager"));
    await apply("Deployment", "ray", "operator", pod("kuberay-operator"));
    const exempt = { serviceAccounts: ["argocd/argocd-application-controller"] };
    const values = { config: { admission: { exempt } } };
    const { stdout } = await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, values)]);
    expect(stdout).toContain("not judged, by webhook.infrastructureNamespaces: calico-system.");
    // Whoever may make namespaces is not to get out of sight by a name.
    expect(stdout).toContain("judged, for they came after the release: longhorn-system.");
    expect(stdout).toContain("judged: DaemonSet net/driver, Deployment certs/cert-manager.");
    expect(stdout).toContain("Deployment ray/operator as ray/kuberay-operator");
    expect(stdout).toContain("serviceAccounts: [{name: ray/kuberay-operator, like: kuberay}]");
    expect(stdout).toContain("exempt: argocd/argocd-application-controller.");
    expect(stdout).not.toContain("collector");
    expect(await read(hook, "webhooks", 0, "namespaceSelector", "matchExpressions", 0, "values")).toEqual([
      "kube-system",
      "kube-node-lease",
      namespace,
      "calico-system",
    ]);
    const trusted = {
      config: { admission: { operators: { serviceAccounts: [{ name: "ray/kuberay-operator", like: "kuberay" }] } } },
      webhook: { excludedNamespaces: ["net", "certs", "longhorn-system"] },
    };
    const quiet = await helm(cluster, ["upgrade", "paddlock", CHART, ...chartValues(cluster, trusted)]);
    expect(quiet.stdout).not.toMatch(/operator at work|and judged|came after|exempt:/);
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
  test("is refused without an image: by kustomize an overlay, and by the API server the base", async () => {
    const kustomize = join(import.meta.dirname, "../../deploy/kustomize");
    const left = await cluster.kubectl(["apply", "-k", join(kustomize, "overlays/warn")]);
    expect(left).toMatchObject({ status: 1, stdout: "" });
    expect(left.stderr).toContain("data.image");
    const base = await cluster.kubectl(["apply", "--dry-run=server", "-k", join(kustomize, "base")]);
    expect(base.stderr).toMatch(/Deployment.*containers\[0\]\.image: Required value/s);
  });

  test("installs, is applied again without touching the certificates, and goes without a trace", async () => {
    const applied = (name: string, ...words: readonly string[]): Promise<unknown> =>
      withImage(name, async (overlay) => {
        expect(await cluster.kubectl([...words, "-k", overlay])).toMatchObject({ status: 0 });
      });
    await applied("warn", "apply");
    expect(await mayCreatePods("default")).toBe("");
    await keepCertificates();
    await applied("enforce-namespace", "apply");
    await makeNamespace("team-a");
    await expect.poll(() => mayCreatePods("team-a")).toContain("failed calling webhook");
    expect(await mayCreatePods("default")).toBe("");
    await expectCertificates();
    await applied("enforce", "apply");
    await expectCertificates();
    await expect.poll(() => mayCreatePods("default")).toContain("failed calling webhook");
    await applied("enforce", "apply", "--server-side", "--force-conflicts");
    await expectCertificates();
    await applied("enforce", "delete", "--wait=false");
    await expect.poll(() => mayCreatePods("default")).toBe("");
  });
});

async function makeNamespace(name: string): Promise<void> {
  await cluster.client.post("/api/v1/namespaces", { metadata: { name } });
}

/** The failurePolicy of each entry. */
async function policies(): Promise<unknown> {
  const entries = listOf(await read(hook, "webhooks")).map(objectOf);
  return Object.fromEntries(entries.map(({ name, failurePolicy }) => [name, failurePolicy]));
}

/** A configuration of webhooks is in force a few milliseconds after it is stored. */
function settled(): Promise<void> {
  return new Promise((settle) => setTimeout(settle, 300));
}

/** Asks again and again, until the signal, whether a Pod may be created there. */
async function everOpen(inside: string, signal: AbortSignal): Promise<{ asked: number; open: number }> {
  let [asked, open] = [0, 0];
  while (!signal.aborted) {
    asked++;
    if ((await mayCreatePods(inside)) === "") open++;
  }
  return { asked, open };
}

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
