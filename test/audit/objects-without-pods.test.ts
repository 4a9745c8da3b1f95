import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { type ClusterChecked, type ClusterCheckOptions, checkCluster } from "../../src/commands/audit/audit.ts";
import { statusOf } from "../../src/commands/exit-status.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { folder } from "../cli/run.ts";
import { FakeCluster, openReports } from "./fake-cluster.ts";
import { controlledBy, deployment, goodImage, isolation, namespace, pod } from "./objects.ts";
import { paddlock } from "./run.ts";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(
    { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true },
    { group: "", version: "v1", kind: "Endpoints", plural: "endpoints", namespaced: true },
    {
      ...{ group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler" },
      ...{ plural: "horizontalpodautoscalers", namespaced: true },
    },
    { group: "keda.sh", version: "v1alpha1", kind: "ScaledObject", plural: "scaledobjects", namespaced: true },
    { group: "example.com", version: "v1", kind: "Widget", plural: "widgets", namespaced: true },
    ...openReports,
  );
  cluster.put(namespace("ml"));
});
afterEach(() => cluster.stop());

interface Meta {
  readonly namespace?: string;
  readonly uid?: string;
  readonly owner?: JsonObject;
  readonly annotations?: JsonObject;
}

function object(apiVersion: string, kind: string, name: string, fields: JsonObject, meta: Meta = {}): JsonObject {
  const { owner, namespace = "ml", ...rest } = meta;
  const metadata = { namespace, name, ...rest, ...(owner === undefined ? {} : { ownerReferences: [owner] }) };
  return { apiVersion, kind, metadata, ...fields };
}

const broken = { dta: { a: "b" } };
const configMap = (name: string, fields: JsonObject = broken, meta: Meta = {}): JsonObject =>
  object("v1", "ConfigMap", name, fields, meta);
/** Anybody's, whose controller is known by nobody. */
const hpa = (name: string, meta: Meta = {}): JsonObject =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", name, { spec: { maxReplica: 3, maxReplicas: 3 } }, meta);

async function audit(
  over: Partial<ClusterCheckOptions> = {},
  configuration = "rules: { network-policy: off }\n",
): Promise<ClusterChecked["report"]> {
  const config = join(folder(), "paddlock.yaml");
  writeFileSync(config, configuration);
  const client = new ClusterClient(cluster.kubeConfig());
  const nothing = { namespaces: null, shard: null, reports: null, keepsTexts: false, onProgress: () => {} };
  const { report } = await checkCluster({ client, config, language: "en", ...nothing, ...over });
  client.close();
  return report;
}

const files = ({ findings }: ClusterChecked["report"]): readonly string[] => [
  ...new Set([...findings].map(({ file }) => file)),
];

describe("objects without pods", () => {
  test("are judged, and are no workloads", async () => {
    cluster.put(configMap("broken"), configMap("good", { data: { a: "b" } }), deployment("ml", "web", goodImage));
    cluster.put(isolation("ml"));
    const told = await audit();
    expect([...told.findings].filter(({ rule }) => rule === "schema")).toMatchObject([
      { file: "ml/configmap/broken", path: "dta" },
    ]);
    // The namespace and its policy count too.
    expect(told.summary).toMatchObject({ documents: 5, workloads: 1 });
  });

  test("are listed only where a rule is for them, and Secrets never", async () => {
    cluster.put(configMap("broken"));
    const told = await audit({}, "rules: { schema: off, network-policy: off }\n");
    expect([...told.findings]).toEqual([]);
    const listed = (): readonly string[] => cluster.reads.map(({ pathname }) => pathname.split("/").at(-1) ?? "");
    expect(listed()).not.toContain("configmaps");
    await audit({}, "rules: { schema: { allKinds: true } }\n");
    expect(listed()).toContain("configmaps");
    expect(listed()).toContain("widgets");
    for (const each of ["secrets", "endpoints"]) expect(listed()).not.toContain(each);
  });

  test("are left alone where the control plane made them for itself", async () => {
    const leader = { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } };
    cluster.put(configMap("kube-root-ca.crt"), configMap("election", { dta: {} }, leader));
    cluster.put(configMap("sham", { data: { a: "b" }, dta: {} }, leader));
    expect(files(await audit())).toEqual(["ml/configmap/sham"]);
  });

  test("are told of at what made them, as far as it has the same", async () => {
    const scaled = object("keda.sh/v1alpha1", "ScaledObject", "web", { spec: {} }, { uid: "so" });
    const owner = controlledBy("keda.sh/v1alpha1", "ScaledObject", "web", "so");
    const good = { spec: { maxReplicas: 3 } };
    cluster.put(scaled, object("autoscaling/v2", "HorizontalPodAutoscaler", "good", good, { owner }));
    expect(files(await audit({ rules: ["schema"] }))).not.toContain("ml/scaledobject.keda.sh/web");
    cluster.put(hpa("hidden", { owner }));
    expect(files(await audit({ rules: ["schema"] }))).toContain("ml/horizontalpodautoscaler.autoscaling/hidden");
  });

  test("own no pods", async () => {
    cluster.put(configMap("mine", { data: {} }, { uid: "cm" }));
    cluster.put(
      pod("ml", "hidden", "registry.example.com/app:latest", { owner: controlledBy("v1", "ConfigMap", "mine", "cm") }),
    );
    const told = await audit({}, "rules: { network-policy: off, cpu-memory-resources: { level: error } }\n");
    expect([...told.findings].filter(({ file }) => file === "ml/pod/hidden").map(({ rule }) => rule)).toContain(
      "pinned-image",
    );
    expect(told.summary.workloads).toBe(1);
  });

  test("have reports of their own", async () => {
    cluster.put(configMap("broken", broken, { uid: "cm" }));
    await audit({ reports: "found" });
    const report = cluster.get("/apis/openreports.io/v1alpha1/namespaces/ml/reports/paddlock-cm");
    expect(report).toMatchObject({
      scope: { apiVersion: "v1", kind: "ConfigMap", name: "broken", uid: "cm" },
      summary: { fail: 1 },
      results: [{ rule: "schema", properties: { path: "dta" } }],
    });
    // One that is mended has none any more, as one that was always good: they are many.
    cluster.put(configMap("broken", { data: {} }, { uid: "cm" }), configMap("good", { data: {} }, { uid: "good" }));
    await audit({ reports: "found" });
    for (const uid of ["cm", "good"])
      expect(cluster.get(`/apis/openreports.io/v1alpha1/namespaces/ml/reports/paddlock-${uid}`)).toBeUndefined();
  });

  test("that may not be listed are told, and are a failure of a run over all namespaces alone", async () => {
    cluster.put(configMap("broken"), deployment("ml", "web", goodImage));
    cluster.refusals.push((_, url) => (url.pathname.endsWith("/configmaps") ? 403 : null));
    const all = await audit();
    expect(statusOf(all, { failOn: "error", failOnNotJudged: false, minCoverage: 0 })).toBe(2);
    const message = expect.stringContaining("not allowed to list configmaps");
    expect(all.notifications).toMatchObject([{ level: "error", message }]);
    const one = await audit({ namespaces: ["ml"] });
    expect(one.summary.unreadable).toBe(0);
    expect(one.notifications).toMatchObject([{ level: "warning", message }]);
  });

  test("are stopped by enforcement only where they are made anew", async () => {
    cluster.put(configMap("broken"));
    const cwd = folder();
    writeFileSync(join(cwd, "c.yaml"), "rules: { network-policy: off }\n");
    const words = ["audit", "--kubeconfig", cluster.kubeconfig, "--would-deny", "ml", "--config", "c.yaml"];
    const { status, stdout } = await paddlock(words, cwd);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^enforcing ml would stop 1 object that is there:\n {2}ml\/configmap\/broken\n {4}only when it is created anew:\n/,
    );
    expect((await paddlock([...words, "--lang", "zh"], cwd)).stdout).toMatch(/^对 ml 启用强制会影响 1 个现有对象：\n/);
  });
});
