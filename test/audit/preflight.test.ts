import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { infrastructureNamespaces } from "../../src/cluster/preflight/infrastructure.ts";
import { isObject, listOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { rolesFor } from "../../src/relations/needs.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { folder, type Run, root } from "../cli/run.ts";
import { FakeCluster, openReports } from "./fake-cluster.ts";
import { deployment, goodImage, namespace } from "./objects.ts";
import { paddlock } from "./run.ts";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(...openReports);
  cluster.put(namespace("ml"));
});
afterEach(() => cluster.stop());

function preflight(words: readonly string[] = [], cwd: string = folder()): Promise<Run> {
  return paddlock(["audit", "--preflight", "--kubeconfig", cluster.kubeconfig, ...words], cwd);
}

interface Found {
  readonly status: number | null;
  readonly report: JsonValue;
  readonly missing: readonly JsonObject[];
}

async function found(words: readonly string[] = [], cwd?: string): Promise<Found> {
  const { status, stdout } = await preflight(["--format", "json", ...words], cwd);
  const report: JsonValue = JSON.parse(stdout);
  const permissions = listOf(valueAt(report, ["permissions"])).filter(isObject);
  return { status, report, missing: permissions.filter(({ allowed }) => allowed !== true) };
}

describe("permissions", () => {
  test("that are all there make it ready, and nothing is judged or written", async () => {
    cluster.put(deployment("ml", "web", "registry.example.com/app:latest"));
    const { status, stdout, stderr } = await preflight(["--policy-reports"]);
    expect(stdout).toMatch(/^Account {2}tester\nCluster {2}https:\/\/127\.0\.0\.1:\d+, all namespaces\n/);
    expect(stdout).toMatch(/\nReady: the account may read all that an audit judges by\.\n$/);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(cluster.writes.every((write) => /^POST .*\/selfsubject(accessreviews|reviews)$/.test(write))).toBe(true);
  });

  test("that are missing are told with what they are for, once for all verbs, and with the rules that give them", async () => {
    cluster.mayNot = ({ resource }) => resource === "pods" || resource === "networkpolicies" || resource === "reports";
    const { status, stdout } = await preflight(["--policy-reports"]);
    expect(stdout.slice(stdout.indexOf("Missing"))).toBe(`Missing permissions

  list networkpolicies.networking.k8s.io
      Whether network policies isolate pods would not be judged
      (network-policy).

  get networkpolicies.networking.k8s.io
      None of these objects would be judged, by any rule.

  list, get pods
      None of these objects would be judged, by any rule.

  list, create, patch, delete reports.openreports.io
      --policy-reports could not keep the reports in the cluster up to date.

Whoever may change roles adds these rules to a ClusterRole of the account:

  - apiGroups: [networking.k8s.io]
    resources: [networkpolicies]
    verbs: [get, list]
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list]
  - apiGroups: [openreports.io]
    resources: [reports]
    verbs: [create, delete, list, patch]

Not ready: 8 permissions are missing, and what depends on them would not be
judged.
`);
    expect(status).toBe(2);
  });

  test("are asked for in the namespaces that the audit is about", async () => {
    cluster.mayNot = ({ resource, namespace }) => resource === "jobs" && namespace === "b";
    const { status, missing } = await found(["-n", "a", "-n", "b"]);
    const job = { group: "batch", resource: "jobs", namespace: "b", name: null, purpose: "objects", rules: [] };
    expect(missing).toEqual(["list", "get"].map((verb) => ({ verb, ...job, allowed: false })));
    expect(status).toBe(2);
    cluster.mayNot = ({ resource, namespace, verb, name }) =>
      resource === "namespaces" && verb === "get" && namespace === "b" && name === "b";
    expect((await found(["-n", "a", "-n", "b"])).missing).toMatchObject([
      { verb: "get", name: "b", purpose: "namespace" },
    ]);
  });

  test("are given by a role of each place", async () => {
    cluster.install({
      ...{ group: "policy.networking.k8s.io", version: "v1alpha1", kind: "AdminNetworkPolicy" },
      ...{ plural: "adminnetworkpolicies", namespaced: false },
    });
    cluster.mayNot = ({ resource, namespace, verb }) =>
      resource === "adminnetworkpolicies" ||
      (verb === "list" && (resource === "jobs" || (resource === "pods" && namespace === "c")));
    const { stdout } = await preflight(["-n", "a", "-n", "b", "-n", "c"]);
    const rule = (group: string, resource: string): string =>
      `  - apiGroups: [${group}]\n    resources: [${resource}]\n    verbs: [list]\n`;
    const role = (places: string): string => `Whoever may change roles adds these rules to a ${places}:\n\n`;
    expect(stdout.slice(stdout.indexOf("Whoever"), stdout.indexOf("Not ready"))).toBe(
      [
        role("ClusterRole of the account") + rule("policy.networking.k8s.io", "adminnetworkpolicies"),
        role("Role of the account in a, b") + rule("batch", "jobs"),
        `${role("Role of the account in c") + rule("batch", "jobs") + rule('""', "pods")}\n`,
      ].join("\n"),
    );
  });

  test("for Secrets are asked for where the configuration names them, by their names", async () => {
    const configuration = `registries: { pullSecrets: [ops/pull], hosts: [{ host: registry.example.com }] }
signatures:
  policies:
    - name: ours
      images: ["registry.example.com/**"]
      authorities: [{ key: { secret: { namespace: ops, name: cosign, key: cosign.pub } } }]
`;
    cluster.mayNot = ({ resource }) => resource === "secrets";
    const { missing } = await found([], folder({ ".paddlock.yaml": configuration }));
    const secret = { verb: "get", group: "", resource: "secrets", namespace: "ops", rules: ["signed-image"] };
    expect(missing).toEqual([
      { ...secret, name: "cosign", purpose: "keys", allowed: false },
      { ...secret, name: "pull", purpose: "pull-secrets", allowed: false },
    ]);
  });

  test("are told in Chinese", async () => {
    cluster.mayNot = ({ resource }) => resource === "networkpolicies";
    const { stdout } = await preflight(["--lang", "zh"]);
    expect(stdout).toContain(
      "  list networkpolicies.networking.k8s.io\n      无法判定 Pod 是否被网络策略隔离（network-policy）。\n",
    );
    expect(stdout).toMatch(/未就绪：缺少 2 项权限，依赖它们的内容将无法检查。\n$/);
  });

  test("that cannot be asked about are no pass", async () => {
    cluster.refusals.push((_, url) => (url.pathname === "/apis/batch/v1" ? 503 : null));
    const { status, stdout } = await preflight();
    expect(stdout).toContain("cannot find out which kinds batch has");
    expect(status).toBe(2);
    cluster.refusals.push((method) => (method === "POST" ? 403 : null));
    expect(await preflight()).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("403") });
  });
});

describe("operators at work", () => {
  const jobs = {
    group: "batch.paddlepaddle.org",
    version: "v1",
    kind: "PaddleJob",
    plural: "paddlejobs",
    namespaced: true,
  };
  const job = {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    metadata: { namespace: "ml", name: "train" },
  };

  function running(namespace: string, account: string): JsonObject {
    const made = deployment(namespace, "controller", goodImage);
    return { ...made, spec: { template: { spec: { serviceAccountName: account } } } };
  }

  test("are named where objects of theirs are there, and nobody trusts them", async () => {
    cluster.install(jobs);
    expect(valueAt((await found()).report, ["operators"])).toEqual([]);
    cluster.put(job);
    const { status, report } = await found();
    const kinds = ["batch.paddlepaddle.org/PaddleJob"];
    expect(valueAt(report, ["operators"])).toEqual([
      { preset: "paddle-operator", kinds, accounts: [], trusted: false },
    ]);
    expect(status).toBe(0);
    expect((await preflight()).stdout).toContain("        admission: { operators: { presets: [paddle-operator] } }\n");
  });

  test("are known by their account at its usual place, and doubted at any other", async () => {
    cluster.put(
      running("paddle-system", "paddle-manager-sa"),
      running("evil", "paddle-manager-sa"),
      running("a", "default"),
    );
    const { report } = await found();
    expect(valueAt(report, ["operators"])).toEqual([
      {
        preset: "paddle-operator",
        kinds: [],
        accounts: [
          {
            name: "evil/paddle-manager-sa",
            trusted: false,
            usual: false,
            setting: "serviceAccounts: [{name: evil/paddle-manager-sa, like: paddle-operator}]",
          },
          {
            name: "paddle-system/paddle-manager-sa",
            trusted: false,
            usual: true,
            setting: "presets: [paddle-operator]",
          },
        ],
        trusted: false,
      },
    ]);
    expect((await preflight()).stdout.replace(/\s+/g, " ")).toContain(
      "evil/paddle-manager-sa is called like its account, at another place, which anybody can do.",
    );
  });

  test("that the configuration trusts are left in peace", async () => {
    cluster.install(jobs);
    cluster.put(job, running("paddle-system", "paddle-manager-sa"));
    const cwd = folder({ ".paddlock.yaml": "admission: { operators: { presets: [paddle-operator] } }\n" });
    const { report } = await found([], cwd);
    expect(valueAt(report, ["operators", 0])).toMatchObject({ trusted: true, accounts: [{ trusted: true }] });
    expect((await preflight([], cwd)).stdout).toContain("  paddle-operator  trusted\n\nReady");
  });
});

describe("namespaces that the cluster cannot do without", () => {
  const webhooks = {
    ...{ group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration" },
    ...{ plural: "validatingwebhookconfigurations", namespaced: false },
  };
  const excluding = (...values: readonly string[]): JsonObject => ({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: [...values] }],
  });
  const exposure = async (entries: readonly JsonObject[], mode: "warn" | "enforce" = "warn"): Promise<unknown> => {
    const running = [{ namespace: "cert-manager", name: "cert-manager-webhook", kind: "Deployment", account: "a" }];
    return infrastructureNamespaces(running, entries, () => mode)[0]?.exposure;
  };

  test("are known by what runs in them", async () => {
    cluster.install(webhooks);
    cluster.put(deployment("cert-manager", "cert-manager-webhook", goodImage), deployment("ml", "web", goodImage), {
      ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
      metadata: { name: "paddlock" },
      webhooks: [
        { name: "validate.example.com", namespaceSelector: excluding("cert-manager") },
        { name: "validate.paddlock.dev", namespaceSelector: excluding("kube-system") },
      ],
    });
    const parts = { namespace: "cert-manager", parts: ["certificates"], found: ["Deployment cert-manager-webhook"] };
    expect(valueAt((await found()).report, ["infrastructure"])).toEqual([{ ...parts, exposure: "closed" }]);
    cluster.refusals.push((_, { pathname }) => (pathname.endsWith("webhookconfigurations") ? 403 : null));
    const { status, stdout } = await preflight();
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "cert-manager (certificates) whether the webhook is asked about it cannot be told",
    );
    expect(status).toBe(0);
  });

  test("are told with what an outage of the webhook is to them", async () => {
    expect(await exposure([])).toBe("unknown");
    expect(await exposure([{ namespaceSelector: excluding("kube-system") }])).toBe("closed");
    expect(await exposure([{ namespaceSelector: excluding("cert-manager") }])).toBe("excluded");
    expect(await exposure([{ failurePolicy: "Ignore" }])).toBe("open");
    const byLabel = { matchLabels: { "paddlock.dev/mode": "enforce" } };
    expect(await exposure([{ namespaceSelector: byLabel }])).toBe("closed");
    const byMode = { matchConditions: [{ name: "mode-of-the-namespace", expression: "false" }] };
    expect(await exposure([byMode])).toBe("open");
    expect(await exposure([byMode], "enforce")).toBe("closed");
  });
});

test("the rules that depend on a relation are those that read it", () => {
  const reads = (word: RegExp): readonly string[] => {
    const rules = join(root, "policies/rules");
    return readdirSync(rules, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".rego") && !file.endsWith("_test.rego"))
      .filter((file) => word.test(readFileSync(join(rules, file), "utf8").replaceAll(/^#.*$/gm, "")))
      .map((file) => file.replace(/^.*[\\/]|\.rego$/g, ""));
  };
  const need = (role: string): readonly string[] =>
    loadCatalogue()
      .rules.filter(({ needs }) => rolesFor(new Set(needs)).has(role))
      .map(({ id }) => id);
  expect(need("policy")).toEqual(reads(/\.network\b/));
  expect(need("claim")).toEqual(reads(/\.claims\b/));
  expect(need("service")).toEqual(reads(/\.services\b/));
});

test.each([
  [["--watch"], "--preflight and --watch exclude each other"],
  [["--shard", "1/2"], "--preflight and --shard exclude each other"],
  [["--format", "sarif"], "--preflight is written as text or json, not as sarif"],
])("does not go with %j", async (words, message) => {
  expect(await preflight(words)).toMatchObject({ status: 2, stdout: "", stderr: `paddlock: ${message}\n` });
});
