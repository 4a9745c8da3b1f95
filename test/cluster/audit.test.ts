import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { installKinds } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { PADDLOCK } from "./harness/paddlock-server.ts";
import { OPEN_REPORTS, POLICY_REPORTS } from "./harness/report-kinds.ts";
import { closedNamespacePolicy, goodJobPod, goodPod, modelClaim, type PodSpec, workload } from "./harness/workloads.ts";

const root = join(import.meta.dirname, "../..");
const NAMESPACES = Array.from({ length: 50 }, (_, index) => `team-${String(index).padStart(2, "0")}`);
/** Of each namespace: 5,000 objects in all, and 4,500 that no other one owns. */
const EACH = { deployments: 60, cronJobs: 20, pods: 10, replicaSets: 10 } as const;
const JUDGED = NAMESPACES.length * (EACH.deployments + EACH.cronJobs + EACH.pods);
/** Every tenth Deployment of a namespace has a tag that moves. */
const BAD = NAMESPACES.length * (EACH.deployments / 10);
/** In kB. What it holds at once is a page of a kind, not the cluster. */
const MOST_MEMORY = 700_000;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start();
  await createNamespaces(cluster, NAMESPACES);
  await applyAll(
    cluster,
    NAMESPACES.flatMap((each) => [closedNamespacePolicy(each), modelClaim(each)]),
  );
  await installKinds(cluster, OPEN_REPORTS);
  for (const namespace of NAMESPACES) await fill(namespace);
}, 300_000);
afterAll(() => cluster?.stop());

describe("an audit of 5,000 objects in 50 namespaces", () => {
  let versions: ReadonlyMap<string, string>;

  test("writes one right report for each object that none owns, in bounded memory", async () => {
    const { status, stderr, report, peak } = await audit(["--policy-reports"]);
    expect(stderr).toBe(`reports (openreports.io/v1alpha1): ${JUDGED} written, 0 unchanged, 0 deleted\n`);
    expect(valueAt(report, ["summary", "workloads"])).toBe(JUDGED);
    expect(valueAt(report, ["summary", "errors"])).toBe(BAD);
    expect(status).toBe(1);
    expect(peak).toBeLessThan(MOST_MEMORY);

    const reports = await allReports();
    versions = versionsOf(reports);
    expect(versions.size).toBe(JUDGED);
    const bad = reports.filter((each) => valueAt(each, ["summary", "fail"]) === 1);
    expect(bad).toHaveLength(BAD);
    for (const each of bad) expect(textAt(each, "scope", "name")).toMatch(/^deployment-\d*0$/);
    expect(reports.filter((each) => valueAt(each, ["summary", "fail"]) === 0)).toHaveLength(JUDGED - BAD);
    for (const each of reports) {
      const uid = textAt(each, "scope", "uid");
      expect(textAt(each, "metadata", "name")).toBe(`paddlock-${uid}`);
      expect(textAt(each, "metadata", "ownerReferences", 0, "uid")).toBe(uid);
    }
    const kinds = reports.map((each) => textAt(each, "scope", "kind"));
    expect(new Set(kinds)).toEqual(new Set(["Deployment", "CronJob", "Pod"]));
  }, 240_000);

  test("changes nothing when it is run again", async () => {
    const { stderr } = await audit(["--policy-reports"]);
    expect(stderr).toBe(`reports (openreports.io/v1alpha1): 0 written, ${JUDGED} unchanged, 0 deleted\n`);
    expect(versionsOf(await allReports())).toEqual(versions);
  }, 240_000);

  test("by shards judges each object once", async () => {
    let workloads = 0;
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const { report } = await audit(["--shard", shard]);
      const judged = Number(valueAt(report, ["summary", "workloads"]));
      expect(judged).toBeGreaterThan(0);
      workloads += judged;
    }
    expect(workloads).toBe(JUDGED);
  }, 240_000);

  test("of one namespace touches that one only: what is mended, and what is gone", async () => {
    const [namespace = ""] = NAMESPACES;
    const mended = await cluster.kubectl([
      ...["-n", namespace, "set", "image", "deployment/deployment-0"],
      "ocr=registry.example.com/vision/paddle-ocr:2.6.1",
    ]);
    expect(mended.status).toBe(0);
    const gone = await cluster.kubectl(["-n", namespace, "delete", "deployment/deployment-11"]);
    expect(gone.status).toBe(0);
    const { stderr } = await audit(["--policy-reports", "--namespace", namespace]);
    const left = EACH.deployments + EACH.cronJobs + EACH.pods - 2;
    // Nobody replaces its ReplicaSet here, which has still what the Deployment does not explain any more.
    expect(stderr).toBe(`reports (openreports.io/v1alpha1): 2 written, ${left} unchanged, 1 deleted\n`);
    const now = await allReports();
    const others = (each: JsonObject): boolean => textAt(each, "metadata", "namespace") !== namespace;
    for (const [uid, version] of versionsOf(now.filter(others))) expect(versions.get(uid)).toBe(version);
  });

  test("writes PolicyReports where it is told to", async () => {
    await installKinds(cluster, POLICY_REPORTS);
    const [, namespace = ""] = NAMESPACES;
    const words = ["--policy-reports", "--report-api", "wgpolicy", "--namespace", namespace];
    const each = EACH.deployments + EACH.cronJobs + EACH.pods;
    // Nobody reads the same twice: those of the other kind go.
    expect((await audit(words)).stderr).toBe(
      `reports (wgpolicyk8s.io/v1alpha2): ${each} written, 0 unchanged, ${each} deleted\n`,
    );
    const reports = await listOfObjects(cluster, `/apis/wgpolicyk8s.io/v1alpha2/namespaces/${namespace}/policyreports`);
    expect(reports.filter((report) => valueAt(report, ["summary", "fail"]) === 1)).toHaveLength(EACH.deployments / 10);
    expect((await audit(words)).stderr).toContain(`0 written, ${each} unchanged, 0 deleted`);
  });
});

test("is a plugin of kubectl", async () => {
  const folder = join(cluster.processes.folder, "plugins");
  mkdirSync(folder);
  symlinkSync(join(root, "bin/kubectl-paddlock.cjs"), join(folder, "kubectl-paddlock"));
  const path = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
  const words = ["paddlock", "audit", "-n", NAMESPACES[2] ?? "", "--format", "json"];
  const { status, stdout, stderr } = await cluster.kubectl(words, { path });
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ summary: { errors: EACH.deployments / 10 } });
});

/** The objects of a namespace: what nobody owns, and ReplicaSets that belong to its first Deployments. */
async function fill(namespace: string): Promise<void> {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const path = `/namespaces/${namespace}`;
  const deployments = await Promise.all(
    numbers(EACH.deployments).map((index) =>
      made(
        `/apis/apps/v1${path}/deployments`,
        workload("Deployment", `deployment-${index}`, namespace, pod(index % 10 !== 0)),
      ),
    ),
  );
  await Promise.all([
    ...numbers(EACH.cronJobs).map((index) =>
      made(`/apis/batch/v1${path}/cronjobs`, workload("CronJob", `cron-job-${index}`, namespace, goodJobPod())),
    ),
    ...numbers(EACH.pods).map((index) =>
      made(`/api/v1${path}/pods`, workload("Pod", `pod-${index}`, namespace, goodPod())),
    ),
    ...deployments.slice(0, EACH.replicaSets).map((owner) => {
      const name = textAt(owner, "metadata", "name");
      const { spec } = workload("Deployment", name, namespace, pod(name !== "deployment-0"));
      const { replicas, selector, template } = isObject(spec) ? spec : {};
      return made(`/apis/apps/v1${path}/replicasets`, {
        metadata: {
          name: `${name}-1`,
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              kind: "Deployment",
              name,
              uid: textAt(owner, "metadata", "uid"),
              controller: true,
            },
          ],
        },
        spec: { replicas: replicas ?? 0, selector: selector ?? {}, template: template ?? {} },
      });
    }),
  ]);
}

function pod(isGood: boolean): PodSpec {
  const spec = goodPod();
  for (const container of spec.containers) {
    if (!isGood) container.image = "registry.example.com/vision/paddle-ocr:latest";
  }
  return spec;
}

async function made(path: string, object: JsonObject): Promise<JsonObject> {
  const { status, text, body } = await cluster.client.post(path, object);
  if (status !== 201) throw new Error(text);
  return body;
}

interface Audited {
  readonly status: number | NodeJS.Signals;
  readonly stderr: string;
  readonly report: JsonValue;
  /** The most memory that it ever had in use, in kB. */
  readonly peak: number;
}

/** Runs `paddlock audit` to its end, watching its memory. */
async function audit(words: readonly string[]): Promise<Audited> {
  const all = [PADDLOCK, "audit", "--kubeconfig", cluster.kubeconfig, "--format", "json", ...words];
  const process_ = cluster.processes.start({ name: "audit", command: process.execPath, words: all });
  let peak = 0;
  const watching = setInterval(() => {
    try {
      const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process_.pid}/status`, "utf8"))?.[1];
      peak = Math.max(peak, Number(found ?? 0));
    } catch {
      // It has just ended.
    }
  }, 50);
  const status = await process_.ended.finally(() => clearInterval(watching));
  return { status, stderr: process_.stderr, report: JSON.parse(process_.stdout), peak };
}

async function allReports(): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, "/apis/openreports.io/v1alpha1/reports");
}

function versionsOf(reports: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(reports.map((each) => [textAt(each, "scope", "uid"), textAt(each, "metadata", "resourceVersion")]));
}
