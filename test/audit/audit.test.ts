import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { type ClusterChecked, type ClusterCheckOptions, checkCluster } from "../../src/commands/audit/audit.ts";
import { statusOf } from "../../src/commands/exit-status.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { controlledBy, deployment, goodImage, isolation, namespace, pod, replicaSet } from "./objects.ts";

let cluster: FakeCluster;
let client: ClusterClient;
let folder: string;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  client = new ClusterClient(cluster.kubeConfig());
  folder = mkdtempSync(join(tmpdir(), "paddlock-audit-"));
});

afterEach(async () => {
  client.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function audit(over: Partial<ClusterCheckOptions> = {}, configuration = ""): Promise<ClusterChecked> {
  const config = join(folder, "paddlock.yaml");
  writeFileSync(config, configuration === "" ? "{}\n" : configuration);
  return checkCluster({
    client,
    config,
    namespaces: null,
    shard: null,
    rules: ["pinned-image"],
    language: "en",
    reports: null,
    keepsTexts: true,
    onProgress: () => {},
    ...over,
  });
}

const found = ({ report }: ClusterChecked): Finding[] => [...report.findings];
const files = (checked: ClusterChecked): string[] => [...new Set(found(checked).map(({ file }) => file))];
const bad = "registry.example.com/app:latest";

describe("who is judged", () => {
  test("the top owner, and not what it owns", async () => {
    cluster.put(
      namespace("ml"),
      deployment("ml", "web", bad, { uid: "d" }),
      replicaSet("ml", "web-1", bad, { uid: "rs", owner: controlledBy("apps/v1", "Deployment", "web", "d") }),
      pod("ml", "web-1-a", bad, { owner: controlledBy("apps/v1", "ReplicaSet", "web-1", "rs") }),
    );
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/deployment.apps/web"]);
    expect(checked.report.summary).toMatchObject({ files: 1, workloads: 1, errors: 1, unreadable: 0 });
    expect(checked.report.notifications).toEqual([]);
  });

  test("pods that stand alone, and those of controllers that nobody knows", async () => {
    cluster.put(
      pod("ml", "alone", bad),
      pod("ml", "made", bad, { owner: controlledBy("example.com/v1", "App", "app", "a") }),
      pod("ml", "owned", bad, {
        owner: { ...controlledBy("apps/v1", "Deployment", "web", "d"), controller: false },
      }),
    );
    expect(files(await audit())).toEqual(["ml/pod/alone", "ml/pod/made", "ml/pod/owned"]);
  });

  test("what names an owner that cannot have made it", async () => {
    cluster.put(
      deployment("ml", "web", goodImage, { uid: "d" }),
      pod("ml", "good", goodImage, { uid: "p" }),
      pod("ml", "hidden", bad, { owner: controlledBy("apps/v1", "Deployment", "web", "d") }),
      pod("ml", "hidden-too", bad, { owner: controlledBy("v1", "Pod", "good", "p") }),
    );
    expect(files(await audit())).toEqual(["ml/pod/hidden", "ml/pod/hidden-too"]);
  });

  test("what its owner left behind, and not what that in turn owns", async () => {
    cluster.put(
      replicaSet("ml", "web-1", bad, { uid: "rs", owner: controlledBy("apps/v1", "Deployment", "web", "gone") }),
      pod("ml", "web-1-a", bad, { owner: controlledBy("apps/v1", "ReplicaSet", "web-1", "rs") }),
    );
    expect(files(await audit())).toEqual(["ml/replicaset.apps/web-1"]);
  });

  test("what names an owner of the same name that is another object", async () => {
    cluster.put(
      deployment("ml", "web", goodImage, { uid: "new" }),
      replicaSet("ml", "web-1", bad, { owner: controlledBy("apps/v1", "Deployment", "web", "old") }),
    );
    expect(files(await audit())).toEqual(["ml/replicaset.apps/web-1"]);
  });

  test("what claims to own itself", async () => {
    cluster.put(pod("ml", "self", bad, { uid: "p", owner: controlledBy("v1", "Pod", "self", "p") }));
    expect(files(await audit())).toEqual(["ml/pod/self"]);
  });

  test("an owner that is made while the audit runs, and not what it owns", async () => {
    cluster.put(pod("ml", "old", goodImage));
    cluster.onPage = (path) => {
      if (path !== "/api/v1/pods") return;
      cluster.put(
        deployment("ml", "new", bad, { uid: "d" }),
        replicaSet("ml", "new-1", bad, { uid: "rs", owner: controlledBy("apps/v1", "Deployment", "new", "d") }),
        pod("ml", "new-1-a", bad, { owner: controlledBy("apps/v1", "ReplicaSet", "new-1", "rs") }),
      );
    };
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/deployment.apps/new"]);
    expect(checked.report.summary.files).toBe(2);
  });

  test("a kind that the configuration adds", async () => {
    cluster.install({ group: "example.com", version: "v1", kind: "App", plural: "apps", namespaced: true });
    const template = { spec: { containers: [{ name: "app", image: bad }] } };
    cluster.put(
      {
        apiVersion: "example.com/v1",
        kind: "App",
        metadata: { namespace: "ml", name: "a", uid: "a" },
        spec: { template },
      },
      pod("ml", "a-1", bad, { owner: controlledBy("example.com/v1", "App", "a", "a") }),
    );
    const kinds = "kinds:\n  - apiVersion: example.com/v1\n    kind: App\n    pods: [spec.template.spec]\n";
    expect(files(await audit({}, kinds))).toEqual(["ml/app.example.com/a"]);
  });
});

describe("lists", () => {
  const many = 1200;
  const fill = (): void => {
    for (let n = 0; n < many; n++) cluster.put(deployment(`ns-${n % 7}`, `web-${n}`, bad));
  };

  test("are read page by page", async () => {
    fill();
    const checked = await audit();
    expect(checked.report.findings).toHaveLength(many);
    expect(cluster.reads.filter(({ pathname }) => pathname === "/apis/apps/v1/deployments")).toHaveLength(3);
  });

  test("that expire begin anew, and nothing is lost or doubled", async () => {
    fill();
    cluster.expireOnce.add("/apis/apps/v1/deployments");
    const checked = await audit();
    const seen = found(checked).map(({ file }) => file);
    expect(new Set(seen).size).toBe(many);
    expect(seen).toHaveLength(many);
    expect(checked.report.notifications).toEqual([]);
  });

  test("give findings in the order of a report, whatever kind came first", async () => {
    cluster.put(pod("a", "p", bad), deployment("b", "d", bad), pod("b", "p", bad), deployment("a", "d", bad));
    expect(files(await audit())).toEqual(["a/deployment.apps/d", "a/pod/p", "b/deployment.apps/d", "b/pod/p"]);
  });

  test("are asked for again where the API server is busy", async () => {
    cluster.put(deployment("ml", "web", bad));
    let busy = 1;
    cluster.refusals.push((_, url) => (url.pathname === "/apis/apps/v1/deployments" && busy-- > 0 ? 429 : null));
    expect(files(await audit())).toEqual(["ml/deployment.apps/web"]);
  });
});

describe("what cannot be read", () => {
  test("is said, and the rest is judged", async () => {
    cluster.put(deployment("ml", "web", bad), pod("ml", "alone", bad));
    cluster.refusals.push((_, url) => (url.pathname === "/apis/apps/v1/deployments" ? 403 : null));
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/pod/alone"]);
    expect(checked.report.notifications).toEqual([
      { level: "error", code: "forbidden", message: "not allowed to list deployments.apps, so none was judged" },
    ]);
    expect(checked.report.summary.unreadable).toBe(1);
  });

  test("of owners makes what they own be judged", async () => {
    cluster.put(
      deployment("ml", "web", bad, { uid: "d" }),
      replicaSet("ml", "web-1", bad, { owner: controlledBy("apps/v1", "Deployment", "web", "d") }),
    );
    cluster.refusals.push((_, url) => (url.pathname === "/apis/apps/v1/deployments" ? 403 : null));
    expect(files(await audit())).toEqual(["ml/replicaset.apps/web-1"]);
  });

  test("of the links between owners makes no more than more findings", async () => {
    const knative = { group: "serving.knative.dev", version: "v1", namespaced: true };
    cluster.install(
      { ...knative, kind: "Configuration", plural: "configurations" },
      { ...knative, kind: "Revision", plural: "revisions" },
    );
    const apiVersion = "serving.knative.dev/v1";
    const template = { spec: { containers: [{ name: "app", image: bad }] } };
    const made = controlledBy(apiVersion, "Configuration", "web", "c");
    cluster.put(
      { apiVersion, kind: "Configuration", metadata: { namespace: "ml", name: "web", uid: "c" }, spec: { template } },
      { apiVersion, kind: "Revision", metadata: { namespace: "ml", name: "web-1", uid: "r", ownerReferences: [made] } },
      deployment("ml", "web-1", bad, { owner: controlledBy(apiVersion, "Revision", "web-1", "r") }),
    );
    expect(files(await audit())).toEqual(["ml/configuration.serving.knative.dev/web"]);
    cluster.refusals.push((_, url) => (url.pathname.endsWith("/revisions") ? 403 : null));
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/configuration.serving.knative.dev/web", "ml/deployment.apps/web-1"]);
    expect(checked.report.notifications).toMatchObject([{ level: "note", code: "forbidden" }]);
  });

  test("of network policies leaves the rule undecided", async () => {
    cluster.put(deployment("ml", "web", goodImage), isolation("ml"));
    cluster.refusals.push((_, url) => (url.pathname.endsWith("/networkpolicies") ? 403 : null));
    const checked = await audit({ rules: ["network-policy"] });
    expect(found(checked)).toMatchObject([{ rule: "network-policy", outcome: "not-judged" }]);
    expect(checked.report.notifications).toMatchObject([
      { level: "error", code: "forbidden", message: expect.stringContaining("so none was judged") },
      { level: "error", code: "forbidden", message: expect.stringContaining("isolate the pods is not judged") },
    ]);
  });

  test("of a whole group is said", async () => {
    cluster.put(pod("ml", "alone", bad));
    cluster.refusals.push((_, url) => (url.pathname === "/apis/batch/v1" ? 503 : null));
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/pod/alone"]);
    expect(checked.report.notifications).toMatchObject([
      { level: "error", code: "cluster-read", message: expect.stringContaining("batch") },
    ]);
  });

  test("at all is the end of the run", async () => {
    cluster.refusals.push(() => 401);
    await expect(audit()).rejects.toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("does not tell what it serves: 401"),
    });
  });

  test("because the connection is lost keeps what was found", async () => {
    cluster.put(deployment("ml", "web", bad), pod("ml", "alone", bad));
    cluster.onPage = (path) => {
      if (path === "/api/v1/pods") client.close();
    };
    const checked = await audit();
    expect(files(checked)).toEqual(["ml/deployment.apps/web"]);
    expect(checked.report.notifications).toMatchObject([{ level: "error", code: "cluster-lost" }]);
  });
});

describe("an object that is too large to be judged", () => {
  /** What is over a cap, and what takes more work than any object should. */
  const large = {
    path: { env: [{ name: "MODEL_DIR", value: "a/".repeat(60_000) }] },
    word: { command: ["sh", "-c", "x ".repeat(400_000)] },
    mounts: {
      volumeMounts: Array.from({ length: 9_000 }, (_, n) => ({ name: "v", mountPath: `/${"m/".repeat(60)}${n}` })),
    },
  };
  const holding = (name: string, more: JsonObject): JsonObject => {
    const whole = pod("ml", name, bad);
    const spec = objectOf(whole.spec);
    // Where a model comes from is asked of Paddle workloads.
    const image = "registry.example.com/paddle-app";
    const containers = listOf(spec.containers).map((each) => ({ ...objectOf(each), image, ...more }));
    return { ...whole, spec: { ...spec, containers } };
  };

  test("is an error of the run, and the rest is judged", async () => {
    for (const [name, more] of Object.entries(large)) cluster.put(holding(name, more));
    cluster.put(pod("ml", "small", bad));
    const began = performance.now();
    const checked = await audit({ rules: undefined });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(new Set(files(checked))).toEqual(new Set(["ml/pod/small"]));
    const errors = checked.report.notifications.filter(({ level }) => level === "error");
    expect(errors.map(({ code, file }) => `${code} ${file}`)).toEqual(
      ["mounts", "path", "word"].map((name) => `over-budget ml/pod/${name}`),
    );
    expect(statusOf(checked.report, { failOn: "error", failOnNotJudged: false, minCoverage: 0 })).toBe(2);
  });

  test("is one shard's error", async () => {
    cluster.put(holding("path", large.path));
    const told: string[] = [];
    for (const index of [1, 2, 3]) {
      const { report } = await audit({ rules: undefined, shard: { index, count: 3 } });
      told.push(...report.notifications.map(({ code }) => code));
    }
    expect(told).toEqual(["over-budget"]);
  });
});

describe("relations", () => {
  test("are the cluster's", async () => {
    cluster.put(isolation("ml"), deployment("ml", "web", goodImage), deployment("open", "web", goodImage));
    const checked = await audit({ rules: ["network-policy"] });
    expect(found(checked)).toMatchObject([{ file: "open/deployment.apps/web", level: "error", outcome: "violation" }]);
  });

  test("a claim that is not there is not there", async () => {
    const object = deployment("ml", "ocr", "registry.example.com/paddleocr:3.2.0");
    const spec = {
      containers: [{ name: "ocr", image: "paddleocr:3.2.0", volumeMounts: [{ name: "m", mountPath: "/models" }] }],
    };
    const volumes = [{ name: "m", persistentVolumeClaim: { claimName: "models" } }];
    const template = { metadata: { labels: { app: "ocr" } }, spec: { ...spec, volumes } };
    cluster.put({ ...object, spec: { template } });
    const options = { rules: ["model-volume"] };
    const absent = found(await audit(options)).map(({ level, message }) => `${level} ${message}`);
    expect(absent).toContainEqual(expect.stringMatching(/^warning PersistentVolumeClaim "models" does not exist/));
    const spec2 = { accessModes: ["ReadWriteMany"] };
    cluster.put({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { namespace: "ml", name: "models" },
      spec: spec2,
    });
    const there = found(await audit(options)).map(({ level, message }) => `${level} ${message}`);
    expect(there).not.toContainEqual(expect.stringContaining("does not exist"));
  });
});

describe("namespaces", () => {
  beforeEach(() => {
    for (const name of ["a", "b", "c", "d", "e"]) cluster.put(namespace(name), deployment(name, "web", bad));
  });

  test("only those that are asked for are read", async () => {
    const checked = await audit({ namespaces: ["b", "d"] });
    expect(files(checked)).toEqual(["b/deployment.apps/web", "d/deployment.apps/web"]);
    expect(cluster.reads.filter(({ pathname }) => pathname === "/apis/apps/v1/deployments")).toEqual([]);
  });

  test("that do not exist are an error", async () => {
    const checked = await audit({ namespaces: ["a", "x"] });
    expect(files(checked)).toEqual(["a/deployment.apps/web"]);
    expect(checked.report.notifications).toEqual([
      { level: "error", code: "no-namespace", message: "the cluster has no namespace x" },
    ]);
  });

  test("may be judged by whoever may not read the namespace itself", async () => {
    cluster.refusals.push((_, url) => (/^\/api\/v1\/namespaces(\/a)?$/.test(url.pathname) ? 403 : null));
    const checked = await audit({ namespaces: ["a"] });
    expect(files(checked)).toEqual(["a/deployment.apps/web"]);
    expect(checked.report.notifications.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("of whoever may not see all of them tell each thing once that was not judged for want of a permission", async () => {
    cluster.install({
      group: "cilium.io",
      version: "v2",
      kind: "CiliumClusterwideNetworkPolicy",
      plural: "ccnps",
      namespaced: false,
    });
    cluster.put(isolation("a"));
    const hidden = /\/(jobs|replicasets|ccnps)$|^\/api\/v1\/namespaces\/[ab]$/;
    cluster.refusals.push((_, url) => (hidden.test(url.pathname) ? 403 : null));
    const checked = await audit({ namespaces: ["a", "b"], rules: ["pinned-image", "network-policy"] });
    expect(checked.report.notifications).toEqual(
      [
        "not allowed to list jobs.batch, replicasets.apps in the namespaces a, b, so none was judged",
        "not allowed to get namespaces a, b, so what policies make of the labels of namespaces is not judged",
        "not allowed to list ccnps.cilium.io, so whether network policies isolate the pods is not judged",
      ]
        .map((message) => ({ level: "warning", code: "forbidden", message }))
        .sort(),
    );
    expect(checked.report.summary.unreadable).toBe(0);
    expect(
      found(checked)
        .filter(({ rule }) => rule === "network-policy")
        .map(({ file, outcome }) => [file, outcome]),
    ).toEqual([
      ["a/deployment.apps/web", "not-judged"],
      ["b/deployment.apps/web", "not-judged"],
    ]);
  });

  test("of whoever may not even see which kinds a group has are judged without these", async () => {
    cluster.refusals.push((_, url) => (url.pathname === "/apis/batch/v1" ? 403 : null));
    const { report } = await audit({ namespaces: ["a"] });
    expect(report.notifications).toMatchObject([{ level: "warning", code: "forbidden" }]);
    expect((await audit()).report.notifications).toMatchObject([{ level: "error", code: "cluster-read" }]);
  });

  test("in which nothing may be listed at all were not judged", async () => {
    cluster.refusals.push((_, url) => (url.pathname.includes("/namespaces/b") ? 403 : null));
    const checked = await audit({ namespaces: ["a", "b"] });
    expect(files(checked)).toEqual(["a/deployment.apps/web"]);
    expect(checked.report.notifications).toEqual([
      {
        level: "error",
        code: "forbidden",
        message: expect.stringMatching(/^not allowed to list any workloads in the namespace b, so nothing was judged/),
      },
    ]);
    expect(checked.report.summary.unreadable).toBe(1);
  });

  test("are shared between shards, each judged by one", async () => {
    const count = 3;
    const parts: string[][] = [];
    for (let index = 1; index <= count; index++) parts.push(files(await audit({ shard: { index, count } })));
    expect(parts.flat().sort()).toEqual(files(await audit()));
  });
});

describe("waivers", () => {
  const annotations = { "paddlock.dev/waive.pinned-image": "agreed until 2099-01-31" };

  test("by annotation do nothing unless the configuration allows them", async () => {
    cluster.put(deployment("ml", "web", bad, { annotations }));
    const checked = await audit();
    expect(found(checked)).toMatchObject([{ outcome: "violation" }]);
    expect(checked.report.notifications).toMatchObject([{ level: "note", code: "waiver-not-allowed" }]);
    const allowed = await audit({}, "admission: { annotationWaivers: { allow: true, rules: [pinned-image] } }\n");
    expect(found(allowed)).toMatchObject([{ outcome: "waived", waiver: { reason: "agreed", expires: "2099-01-31" } }]);
    expect(allowed.report.summary).toMatchObject({ errors: 0, waived: 1 });
    const other = await audit({}, "admission: { annotationWaivers: { allow: true, rules: [network-policy] } }\n");
    expect(found(other)).toMatchObject([{ outcome: "violation" }]);
  });

  test("by the configuration waive what they name; those for files have no say", async () => {
    cluster.put(deployment("ml", "web", bad), deployment("ml", "api", bad));
    const waivers = `waivers:
  - { rule: pinned-image, resource: Deployment/ml/web, reason: "agreed" }
  - { rule: pinned-image, files: ["**"], reason: "in this repository" }
`;
    const outcomes = found(await audit({}, waivers)).map(({ file, outcome }) => [file, outcome]);
    expect(outcomes).toEqual([
      ["ml/deployment.apps/api", "violation"],
      ["ml/deployment.apps/web", "waived"],
    ]);
  });
});

test("a finding lies where the object's text says what is wrong", async () => {
  cluster.put(deployment("ml", "web", bad));
  const checked = await audit();
  const [finding] = found(checked);
  const lines = checked.sourceText("ml/deployment.apps/web")?.split("\n") ?? [];
  expect(finding).toMatchObject({ path: "spec.template.spec.containers[0].image", column: expect.any(Number) });
  expect(lines[(finding?.line ?? 0) - 1]?.slice((finding?.column ?? 0) - 1)).toBe(bad);
  for (const noise of ["managedFields", "uid", "resourceVersion", "status"]) {
    expect(lines.join("\n")).not.toContain(noise);
  }
});
