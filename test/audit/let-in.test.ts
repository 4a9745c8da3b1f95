import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeRecord } from "../../src/admission/exemption-record.ts";
import { ClusterClient } from "../../src/cluster/client.ts";
import { checkCluster } from "../../src/commands/audit/audit.ts";
import { stoppedText, stoppedWorkloads } from "../../src/commands/audit/would-deny.ts";
import { statusOf } from "../../src/commands/exit-status.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import type { Notification } from "../../src/messages/notification.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { deployment, goodImage, namespace, pod } from "./objects.ts";

const bad = "registry.example.com/app:latest";
const enforced = (more = ""): string =>
  `admission: { namespaces: [{ match: ml, mode: enforce, since: 2026-06-01T00:00:00Z${more} }] }`;

let cluster: FakeCluster;
let client: ClusterClient;
let folder: string;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  client = new ClusterClient(cluster.kubeConfig());
  folder = mkdtempSync(join(tmpdir(), "paddlock-let-in-"));
  cluster.put(namespace("ml"), namespace("other"));
});

afterEach(async () => {
  client.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

function created(object: JsonObject, at: string): JsonObject {
  return { ...object, metadata: { ...objectOf(object.metadata), creationTimestamp: at } };
}

async function audit(
  configuration: string,
  more: Partial<Parameters<typeof checkCluster>[0]> = {},
): ReturnType<typeof checkCluster> {
  const config = join(folder, "paddlock.yaml");
  writeFileSync(config, configuration);
  return checkCluster({
    client,
    config,
    namespaces: null,
    shard: null,
    rules: ["pinned-image", "model-volume"],
    language: "en",
    reports: null,
    keepsTexts: false,
    onProgress: () => {},
    ...more,
  });
}

const told = ({ report }: { report: { notifications: readonly Notification[] } }): unknown =>
  report.notifications.map(({ code, message }) => [code, message]);

describe("an audit tells what lives on the grace", () => {
  const message = (until: string): string =>
    `ml/deployment.apps/old was there before its namespace was enforced, and its new Pods are let in ${until}; it breaks pinned-image`;

  beforeEach(() => {
    cluster.put(
      created(deployment("ml", "old", bad, { uid: "1" }), "2026-01-01T00:00:00Z"),
      created(deployment("ml", "new", bad, { uid: "2" }), "2026-07-01T00:00:00Z"),
      created(deployment("ml", "good", goodImage, { uid: "3" }), "2026-01-01T00:00:00Z"),
      created(deployment("other", "old", bad, { uid: "4" }), "2026-01-01T00:00:00Z"),
    );
  });

  test("and until when", async () => {
    expect(told(await audit(enforced()))).toEqual([["lives-on-grace", message("without end")]]);
    const until = "2999-01-01T00:00:00Z";
    expect(told(await audit(enforced(`, until: ${until}`)))).toEqual([["lives-on-grace", message(`until ${until}`)]]);
  });

  test("and nothing when that has ended, or all is denied", async () => {
    expect(told(await audit(enforced(", until: 2026-06-02T00:00:00Z")))).toEqual([]);
    expect(told(await audit(enforced().replace("admission: {", "admission: { onUpdate: all,")))).toEqual([]);
  });
});

describe("an audit tells what lives on a record", () => {
  const place = { namespace: "paddlock-system", name: "paddlock-exemptions" };

  test("what it breaks, until when, by whom and why; and a record that is none", async () => {
    cluster.put(deployment("ml", "web", bad, { uid: "1" }), deployment("ml", "fine", goodImage, { uid: "2" }));
    const until = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
    const record = { group: "apps", kind: "Deployment", namespace: "ml", name: "web", reason: "hotfix", by: "dana" };
    cluster.install({ group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true });
    cluster.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: place,
      data: {
        web: writeRecord({ ...record, from: until - 7_200_000, until }),
        fine: writeRecord({ ...record, name: "fine", from: until - 7_200_000, until }),
        broken: "{}",
      },
    });
    const iso = new Date(until).toISOString().replace(".000Z", "Z");
    expect(told(await audit("{}", { exemptions: place }))).toEqual([
      [
        "exemptions",
        `the key "broken" of paddlock-system/paddlock-exemptions is no record, and lets nothing in: "from" is no text`,
      ],
      [
        "lives-on-record",
        `ml/deployment.apps/web lives on a record of break-glass until ${iso} (by dana: hotfix); it breaks pinned-image`,
      ],
    ]);
  });
});

describe("records that cannot be read", () => {
  const place = { namespace: "paddlock-system", name: "paddlock-exemptions" };

  test.each<[string, number | null, string, string]>([
    ["are not there", null, "which the cluster does not have", "在集群中不存在"],
    ["the account may not read", 403, "cannot be read", "无法读取"],
    ["the server fails to give", 500, "cannot be read", "无法读取"],
  ])("because they %s fail the run, and the rest is judged", async (_, status, english, chinese) => {
    cluster.put(deployment("ml", "web", bad, { uid: "1" }));
    cluster.refusals.push((method, { pathname }) =>
      status !== null && method === "GET" && pathname.includes("/configmaps/") ? status : null,
    );
    const { report } = await audit("{}", { exemptions: place });
    expect(report.notifications.map(({ level, code }) => [level, code])).toContainEqual(["error", "exemptions"]);
    expect(report.notifications.map(({ message }) => message).join("\n")).toContain(english);
    expect(report.summary.unreadable).toBe(1);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(statusOf(report, { failOn: "error", failOnNotJudged: false, minCoverage: 0 })).toBe(2);
    const { report: inChinese } = await audit("{}", { exemptions: place, language: "zh" });
    expect(inChinese.notifications.map(({ message }) => message).join("\n")).toContain(chinese);
  });
});

describe("what enforcing would stop", () => {
  test("is new Pods by what is judged of Pods, and by anything else what is created anew", async () => {
    cluster.put(
      deployment("ml", "web", bad, { uid: "1" }),
      deployment("ml", "fine", goodImage, { uid: "2" }),
      pod("ml", "lone", bad, { uid: "3" }),
      deployment("other", "web", bad, { uid: "4" }),
    );
    const { report, catalogue, configuration } = await audit("{}", { namespaces: ["ml"] });
    const stopped = stoppedWorkloads(report.findings, catalogue.rules, configuration.admission);
    const summary = stopped.map(({ object, newPods, createdAnew }) => [object, newPods.length, createdAnew.length]);
    expect(summary).toEqual([
      ["ml/deployment.apps/web", 1, 0],
      ["ml/pod/lone", 0, 1],
    ]);
    const text = stoppedText("ml", stopped, "all", "en");
    expect(text).toContain(
      "enforcing ml would stop 2 workloads that are there:\n  ml/deployment.apps/web\n    new Pods",
    );
    expect(text).toContain("[pinned-image] spec.template.spec.containers[0].image: ");
    expect(stoppedText("ml", [], "all", "en")).toBe("enforcing ml would stop nothing that is there\n");
  });
});
