import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { type ClusterChecked, type ClusterCheckOptions, checkCluster } from "../../src/commands/audit/audit.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeCluster, openReports, policyReports } from "./fake-cluster.ts";
import { controlledBy, deployment, goodImage, namespace, pod, replicaSet } from "./objects.ts";

let cluster: FakeCluster;
let client: ClusterClient;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  client = new ClusterClient(cluster.kubeConfig());
});

afterEach(async () => {
  client.close();
  await cluster.stop();
});

/** Audits, and forgets the requests of before. */
async function audit(over: Partial<ClusterCheckOptions> = {}): Promise<ClusterChecked> {
  cluster.writes.length = 0;
  return checkCluster({
    client,
    namespaces: null,
    shard: null,
    profile: "recommended",
    rules: ["pinned-image"],
    language: "en",
    reports: "found",
    keepsTexts: false,
    onProgress: () => {},
    ...over,
  });
}

const bad = "registry.example.com/app:latest";
const path = (namespace: string, uid: string): string =>
  `/apis/openreports.io/v1alpha1/namespaces/${namespace}/reports/paddlock-${uid}`;

function report(uid: string): JsonObject {
  const found = cluster.get(path("ml", uid));
  if (found === undefined) throw new Error(`no report about ${uid}`);
  return found;
}

describe("in the API of OpenReports", () => {
  beforeEach(() => {
    cluster.install(...openReports);
    cluster.put(
      namespace("ml"),
      deployment("ml", "web", bad, { uid: "d" }),
      replicaSet("ml", "web-1", bad, { uid: "rs", owner: controlledBy("apps/v1", "Deployment", "web", "d") }),
      deployment("ml", "clean", goodImage, { uid: "c" }),
      pod("ml", "alone", bad, { uid: "p" }),
    );
  });

  test("there is one for each judged object, clean or not, and none for what it owns", async () => {
    const checked = await audit();
    expect(cluster.all("Report").map(({ metadata }) => objectOf(metadata).name)).toEqual(
      expect.arrayContaining(["paddlock-c", "paddlock-d", "paddlock-p"]),
    );
    expect(cluster.all("Report")).toHaveLength(3);
    expect(report("d")).toMatchObject({ summary: { fail: 1 }, results: [{ rule: "pinned-image", result: "fail" }] });
    expect(report("c")).toMatchObject({ summary: { fail: 0, skip: 0 }, results: [] });
    expect(checked.reports).toEqual({ apiVersion: "openreports.io/v1alpha1", written: 3, unchanged: 0, deleted: 0 });
  });

  test("an equal run writes nothing", async () => {
    await audit();
    const checked = await audit();
    expect(cluster.writes).toEqual([]);
    expect(checked.reports).toMatchObject({ written: 0, unchanged: 3 });
  });

  test("what changed, and that alone, is written", async () => {
    await audit();
    cluster.put(deployment("ml", "web", goodImage, { uid: "d" }));
    await audit();
    // What was made before it was mended goes on running.
    expect(cluster.writes.toSorted()).toEqual([`PATCH ${path("ml", "d")}`, `PATCH ${path("ml", "rs")}`]);
    expect(report("d")).toMatchObject({ summary: { fail: 0 }, results: [] });
  });

  test("what somebody changed in a report is put right, and what he added stays", async () => {
    await audit();
    const before = report("d");
    const labels = { ...objectOf(objectOf(before.metadata).labels), team: "ml" };
    const metadata = { ...objectOf(before.metadata), labels };
    cluster.put({ ...before, metadata });
    await audit();
    expect(cluster.writes).toEqual([]);
    cluster.put({ ...before, metadata, results: [], summary: { fail: 0 } });
    await audit();
    expect(cluster.writes).toEqual([`PATCH ${path("ml", "d")}`]);
    expect(report("d")).toMatchObject({ results: [{ rule: "pinned-image" }], metadata: { labels: { team: "ml" } } });
  });

  test("those of objects that are gone, or are judged at their owner now, are deleted", async () => {
    await audit();
    cluster.delete("/apis/apps/v1/namespaces/ml/deployments/clean");
    cluster.put(pod("ml", "alone", bad, { uid: "p", owner: controlledBy("apps/v1", "ReplicaSet", "web-1", "rs") }));
    const checked = await audit();
    expect(cluster.writes.toSorted()).toEqual([`DELETE ${path("ml", "c")}`, `DELETE ${path("ml", "p")}`]);
    expect(checked.reports).toMatchObject({ written: 0, unchanged: 1, deleted: 2 });
  });

  test("those of others are nobody's business", async () => {
    const [kind] = openReports;
    const labels = { "app.kubernetes.io/managed-by": "paddlock" };
    const others = [
      { name: "theirs", labels },
      { name: "paddlock-x", labels: { "app.kubernetes.io/managed-by": "other" } },
    ];
    for (const metadata of others) {
      cluster.put({
        apiVersion: `${kind?.group}/${kind?.version}`,
        kind: "Report",
        metadata: { namespace: "ml", ...metadata },
      });
    }
    await audit();
    expect(cluster.writes.filter((write) => write.startsWith("DELETE"))).toEqual([]);
  });

  test("those of kinds that cannot be listed now are kept", async () => {
    await audit();
    cluster.refusals.push((_, url) => (url.pathname === "/api/v1/pods" ? 403 : null));
    await audit();
    expect(cluster.writes).toEqual([]);
    cluster.refusals.length = 0;
    cluster.refusals.push((_, url) => (url.pathname === "/apis/apps/v1" ? 503 : null));
    const checked = await audit();
    expect(cluster.writes).toEqual([]);
    expect(checked.report.notifications).toMatchObject([{ level: "error" }]);
  });

  test("each run deletes in its own namespaces only", async () => {
    cluster.put(namespace("other"), pod("other", "q", bad, { uid: "q" }));
    await audit();
    cluster.delete("/api/v1/namespaces/ml/pods/alone");
    cluster.delete("/api/v1/namespaces/other/pods/q");
    await audit({ namespaces: ["other"] });
    expect(cluster.writes).toEqual([`DELETE ${path("other", "q")}`]);
  });

  test("shards together write what one run writes", async () => {
    cluster.put(namespace("b"), namespace("c"), pod("b", "q", bad, { uid: "q" }), pod("c", "r", bad, { uid: "r" }));
    for (const index of [1, 2, 3]) await audit({ shard: { index, count: 3 } });
    expect(cluster.all("Report")).toHaveLength(5);
    await audit();
    expect(cluster.writes).toEqual([]);
    for (const index of [1, 2, 3]) {
      await audit({ shard: { index, count: 3 } });
      expect(cluster.writes).toEqual([]);
    }
  });

  test("none is written into a namespace that is being deleted", async () => {
    cluster.put(namespace("ml", { deletionTimestamp: "2026-11-25T00:00:00Z" }));
    await audit();
    expect(cluster.writes).toEqual([]);
  });

  test("that may not be written are one error, and the rest of the audit goes on", async () => {
    cluster.refusals.push((method) => (method === "PATCH" ? 403 : null));
    const checked = await audit();
    expect(checked.report.notifications).toMatchObject([
      { level: "error", code: "forbidden", message: expect.stringContaining("not allowed to write reports") },
    ]);
    expect(checked.report.summary.errors).toBe(2);
  });

  test("that may not be listed are not written either", async () => {
    cluster.refusals.push((method, url) => (method === "GET" && url.pathname.endsWith("/reports") ? 403 : null));
    const checked = await audit();
    expect(cluster.writes).toEqual([]);
    expect(checked.report.notifications).toMatchObject([{ level: "error", code: "forbidden" }]);
  });

  test("are written patiently where the API server is busy", async () => {
    let busy = 2;
    cluster.refusals.push((method) => (method === "PATCH" && busy-- > 0 ? 429 : null));
    const checked = await audit();
    expect(checked.reports).toMatchObject({ written: 3 });
    expect(checked.report.notifications).toEqual([]);
  });

  test("are none of the audit's concern unless it is asked", async () => {
    const checked = await audit({ reports: null });
    expect(checked.reports).toBeNull();
    expect(cluster.writes).toEqual([]);
    expect(cluster.reads.filter(({ pathname }) => pathname.includes("openreports"))).toEqual([]);
  });

  test("are there once, though the cluster has both APIs, and move where they are wanted", async () => {
    cluster.install(...policyReports);
    await audit();
    expect([cluster.all("Report").length, cluster.all("PolicyReport").length]).toEqual([3, 0]);
    await audit({ reports: "wgpolicy" });
    expect([cluster.all("Report").length, cluster.all("PolicyReport").length]).toEqual([0, 3]);
    await audit({ reports: "wgpolicy" });
    expect(cluster.writes).toEqual([]);
    await audit();
    expect([cluster.all("Report").length, cluster.all("PolicyReport").length]).toEqual([3, 0]);
  });
});

test("without OpenReports they are PolicyReports", async () => {
  cluster.install(...policyReports);
  cluster.put(pod("ml", "alone", bad, { uid: "p" }));
  const checked = await audit();
  expect(cluster.writes).toEqual(["PATCH /apis/wgpolicyk8s.io/v1alpha2/namespaces/ml/policyreports/paddlock-p"]);
  expect(checked.reports?.apiVersion).toBe("wgpolicyk8s.io/v1alpha2");
});

test("about an object that lives in no namespace lives in none", async () => {
  cluster.install(...openReports, {
    group: "serving.kserve.io",
    version: "v1alpha1",
    kind: "ClusterServingRuntime",
    plural: "clusterservingruntimes",
    namespaced: false,
  });
  cluster.put({
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ClusterServingRuntime",
    metadata: { name: "paddle", uid: "r" },
    spec: { containers: [{ name: "kserve-container", image: bad }] },
  });
  await audit();
  expect(cluster.writes).toEqual(["PATCH /apis/openreports.io/v1alpha1/clusterreports/paddlock-r"]);
  await audit();
  expect(cluster.writes).toEqual([]);
  cluster.delete("/apis/serving.kserve.io/v1alpha1/clusterservingruntimes/paddle");
  await audit({ shard: { index: 2, count: 2 } });
  expect(cluster.writes).toEqual([]);
  await audit({ shard: { index: 1, count: 2 } });
  expect(cluster.writes).toEqual(["DELETE /apis/openreports.io/v1alpha1/clusterreports/paddlock-r"]);
});

test("need an API that the cluster serves", async () => {
  await expect(audit()).rejects.toThrow("serves neither openreports.io/v1alpha1 nor wgpolicyk8s.io/v1alpha2");
  cluster.install(...openReports);
  await expect(audit({ reports: "wgpolicy" })).rejects.toThrow("does not serve wgpolicyk8s.io/v1alpha2");
});
