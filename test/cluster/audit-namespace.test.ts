import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, listOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { type CustomKind, installKinds, PADDLE_JOB } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PADDLOCK } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

/** Who has the role `admin` in the namespace ml, and nothing else. */
const ADMIN = "dana";
/** Of the whole cluster, and in no role that namespaces give. */
const CLUSTER_POLICY: CustomKind = {
  ...{ group: "policy.networking.k8s.io", versions: ["v1alpha1"], kind: "AdminNetworkPolicy" },
  ...{ scope: "Cluster", plural: "adminnetworkpolicies" },
};

let cluster: Cluster;
let kubeconfig: string;
beforeAll(async () => {
  // The controllers gather what belongs to the role.
  cluster = await Cluster.start({ controllers: true, users: [{ name: ADMIN, groups: [] }] });
  kubeconfig = cluster.writeKubeconfig(`${ADMIN}.kubeconfig`, cluster.token(ADMIN));
  await createNamespaces(cluster, ["ml", "other"]);
  await installKinds(cluster, [PADDLE_JOB]);
  const deployment = workload("Deployment", "ocr", "ml", goodPod());
  await applyAll(cluster, [
    ...["ml", "other"].flatMap((namespace) => [closedNamespacePolicy(namespace), modelClaim(namespace)]),
    deployment,
  ]);
  const bound = await cluster.kubectl([
    "-n",
    "ml",
    "create",
    "rolebinding",
    ADMIN,
    "--clusterrole=admin",
    `--user=${ADMIN}`,
  ]);
  expect(bound).toMatchObject({ status: 0 });
  await waitUntil("the role holds its rights", async () => {
    return (await cluster.kubectl(["-n", "ml", "get", "deployments"], { kubeconfig })).status === 0;
  });
});
afterAll(() => cluster?.stop());

describe("whoever is the admin of one namespace", () => {
  test("audits it, and is told once what the role does not show", async () => {
    const { status, notifications, stderr } = await audit(["-n", "ml"]);
    expect(stderr).toBe("");
    expect(notifications).toEqual([
      {
        level: "warning",
        code: "forbidden",
        message:
          "not allowed to list podtemplates, paddlejobs.batch.paddlepaddle.org in the namespace ml, so none was judged",
      },
    ]);
    expect(status).toBe(0);
  });

  test("is told of what is wrong there, and of nothing elsewhere", async () => {
    const bad = workload("Pod", "bad", "ml", { ...goodPod(), hostNetwork: true });
    const elsewhere = workload("Pod", "elsewhere", "other", { ...goodPod(), hostNetwork: true });
    await applyAll(cluster, [bad, elsewhere]);
    const { status, findings } = await audit(["-n", "ml"]);
    await cluster.kubectl(["-n", "ml", "delete", "pod/bad", "--now"]);
    expect(new Set(findings.map(({ file }) => file))).toEqual(new Set(["ml/pod/bad"]));
    expect(status).toBe(1);
  });

  test("has nothing judged well that policies decide which the role does not show", async () => {
    await installKinds(cluster, [CLUSTER_POLICY]);
    const { status, findings, notifications } = await audit(["--namespace=ml", "--rule", "network-policy"]);
    expect(notifications.map(({ message }) => message)).toContain(
      "not allowed to list adminnetworkpolicies.policy.networking.k8s.io, so whether network policies isolate the pods is not judged",
    );
    expect(findings.map(({ file, rule, outcome }) => ({ file, rule, outcome }))).toEqual([
      { file: "ml/deployment.apps/ocr", rule: "network-policy", outcome: "not-judged" },
    ]);
    expect(status).toBe(0);
    expect((await audit(["-n", "ml", "--fail-on-not-judged"])).status).toBe(1);
  });

  test("cannot audit another namespace, nor one that there is not, nor the cluster", async () => {
    for (const namespace of ["other", "nowhere"]) {
      const { status, notifications } = await audit(["-n", "ml", "-n", namespace]);
      expect(notifications.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
        expect.stringMatching(
          new RegExp(`^not allowed to list any workloads in the namespace ${namespace}, so nothing`),
        ),
      ]);
      expect(status).toBe(2);
    }
    const { status, notifications } = await audit([]);
    expect(notifications).toContainEqual({
      level: "error",
      code: "forbidden",
      message: expect.stringMatching(
        /^not allowed to list (?:[a-z0-9.]+, )*pods(?:, [a-z0-9.]+)*, so none was judged$/,
      ),
    });
    expect(status).toBe(2);
  });

  test("is told so in Chinese", async () => {
    const { notifications } = await audit(["-n", "ml", "--lang", "zh"]);
    expect(notifications.map(({ message }) => message)).toContain(
      "没有列出命名空间 ml 中的 podtemplates、paddlejobs.batch.paddlepaddle.org 的权限，这类对象均未检查",
    );
  });
});

test("a list that one namespace refuses is refused to a whole audit, which ends with 2", async () => {
  await applyAll(cluster, [
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "nearly" } },
      rules: [
        {
          apiGroups: ["", "apps", "autoscaling", "networking.k8s.io", "policy", "policy.networking.k8s.io"],
          resources: ["*"],
          verbs: ["get", "list"],
        },
        {
          apiGroups: ["admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"],
          resources: ["*"],
          verbs: ["get", "list"],
        },
        {
          apiGroups: ["flowcontrol.apiserver.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io"],
          resources: ["*"],
          verbs: ["get", "list"],
        },
        { apiGroups: ["scheduling.k8s.io", "storage.k8s.io"], resources: ["*"], verbs: ["get", "list"] },
        { apiGroups: ["batch"], resources: ["jobs"], verbs: ["get", "list"] },
        { apiGroups: ["batch.paddlepaddle.org"], resources: ["*"], verbs: ["get", "list"] },
      ],
    },
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "nearly" } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "nearly" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: ADMIN }],
    },
  ]);
  await waitUntil(
    "the binding holds",
    async () => (await cluster.kubectl(["get", "pods", "-A"], { kubeconfig })).status === 0,
  );
  const { status, notifications } = await audit([]);
  await cluster.kubectl(["delete", "clusterrolebinding/nearly"]);
  expect(notifications).toEqual([
    { level: "error", code: "forbidden", message: "not allowed to list cronjobs.batch, so none was judged" },
  ]);
  expect(status).toBe(2);
});

test("an object that nobody can judge in time ends the audit with 2, at once, and the rest is judged", async () => {
  const large = goodPod();
  for (const container of large.containers) container.env = [{ name: "MODEL_DIR", value: "a/".repeat(60_000) }];
  await applyAll(cluster, [workload("Pod", "bad", "ml", { ...goodPod(), hostNetwork: true })]);
  // Too large for the annotation of what was applied last.
  const made = await cluster.client.post("/api/v1/namespaces/ml/pods", workload("Pod", "large", "ml", large));
  expect(made.status).toBe(201);
  const began = Date.now();
  const { status, findings, notifications } = await audit(["-n", "ml"]);
  expect(Date.now() - began).toBeLessThan(15_000);
  await cluster.kubectl(["-n", "ml", "delete", "pod/large", "pod/bad", "--now"]);
  expect(notifications.filter(({ level }) => level === "error")).toMatchObject([
    { code: "over-budget", file: "ml/pod/large" },
  ]);
  expect(new Set(findings.map(({ file }) => file))).toContain("ml/pod/bad");
  expect(status).toBe(2);
});

describe("before an audit", () => {
  test("whoever has no rights is given the very rules that make it ready", async () => {
    const first = await run(["--preflight"]);
    expect(first.status).toBe(2);
    expect(first.stdout).toMatch(/^Account {2}dana\nCluster {2}https:\/\/127\.0\.0\.1:\d+, all namespaces\n/);
    const rules = /ClusterRole of the account:\n\n((?: {2}.*\n)+)/.exec(first.stdout)?.[1] ?? "";
    const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: printed }\nrules:\n${rules}`;
    expect(await cluster.kubectl(["apply", "-f", "-"], { input: role })).toMatchObject({ status: 0 });
    await cluster.kubectl(["create", "clusterrolebinding", "printed", "--clusterrole=printed", `--user=${ADMIN}`]);
    await waitUntil("the binding holds", async () => {
      return (await cluster.kubectl(["auth", "can-i", "list", "paddlejobs", "-A"], { kubeconfig })).status === 0;
    });
    const second = await run(["--preflight"]);
    expect(second.stdout).toMatch(/\nReady: the account may read all that an audit judges by\.\n$/);
    expect(second.status).toBe(0);
    const { status, notifications } = await audit([]);
    expect(notifications.filter(({ code }) => code === "forbidden")).toEqual([]);
    expect(status).not.toBe(2);
    await cluster.kubectl(["delete", "clusterrolebinding/printed", "clusterrole/printed"]);
  });

  test("the admin of a namespace is told the same as by the audit", async () => {
    const { status, stdout } = await run(["--preflight", "-n", "ml", "--format", "json"]);
    const report: JsonValue = JSON.parse(stdout);
    const missing = listOf(valueAt(report, ["permissions"]))
      .filter(isObject)
      .filter(({ allowed }) => allowed === false);
    expect(new Set(missing.map(({ resource, purpose, namespace }) => `${purpose} ${resource} ${namespace}`))).toEqual(
      new Set(["objects podtemplates ml", "objects paddlejobs ml", "policy adminnetworkpolicies null"]),
    );
    expect(status).toBe(2);
  });
});

interface Audited {
  readonly status: number | NodeJS.Signals;
  readonly stderr: string;
  readonly findings: readonly JsonObject[];
  readonly notifications: readonly JsonObject[];
}

async function audit(words: readonly string[]): Promise<Audited> {
  const { status, stdout, stderr } = await run(["--format", "json", ...words]);
  const report: JsonValue = JSON.parse(stdout);
  const list = (key: string): readonly JsonObject[] => listOf(valueAt(report, [key])).filter(isObject);
  return { status, stderr, findings: list("findings"), notifications: list("notifications") };
}

async function run(
  words: readonly string[],
): Promise<Pick<Audited, "status" | "stderr"> & { readonly stdout: string }> {
  const all = [PADDLOCK, "audit", "--kubeconfig", kubeconfig, ...words];
  const started = cluster.processes.start({ name: "audit", command: process.execPath, words: all });
  return { status: await started.ended, stdout: started.stdout, stderr: started.stderr };
}
