import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, listOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { installKinds } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { PADDLOCK } from "./harness/paddlock-server.ts";
import { OPEN_REPORTS } from "./harness/report-kinds.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

/** Nine tenths of all objects live in the first. */
const NAMESPACES = { big: 180, small: 10, smaller: 10 } as const;
const DEPLOYMENTS = 200;
/** Of each fifth Deployment a ReplicaSet, and of that one two Pods; and as many Pods that stand alone. */
const SETS = DEPLOYMENTS / 5;
const ALONE = SETS;
const JUDGED = DEPLOYMENTS + ALONE;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start();
  const names = Object.keys(NAMESPACES);
  await createNamespaces(cluster, names);
  await installKinds(cluster, OPEN_REPORTS);
  await applyAll(
    cluster,
    names.flatMap((name) => [closedNamespacePolicy(name), modelClaim(name)]),
  );
  for (const [namespace, count] of Object.entries(NAMESPACES)) {
    await Promise.all(Array.from({ length: count }, (_, index) => fill(namespace, index)));
  }
});
afterAll(() => cluster?.stop());

describe("an audit in shards of a cluster with one large namespace", () => {
  test("gives each its share, and each object and each report to one", async () => {
    const parts = [await audit("1/3"), await audit("2/3"), await audit("3/3")];
    const sizes = parts.map(({ report }) => Number(valueAt(report, ["summary", "workloads"])));
    for (const size of sizes) {
      expect(size).toBeGreaterThan((JUDGED / 3) * 0.7);
      expect(size).toBeLessThan((JUDGED / 3) * 1.3);
    }
    const judged = parts.flatMap(({ report }) => listOf(valueAt(report, ["findings"])).filter(isObject));
    const files = judged.map(({ file }) => file);
    expect(files).toHaveLength(JUDGED);
    expect(new Set(files).size).toBe(JUDGED);
    expect(sumOf(parts)).toEqual({ written: JUDGED, unchanged: 0, deleted: 0 });
    expect(await reports()).toHaveLength(JUDGED);
  });

  test("leaves the reports alone when it is run in another number of them, and as a whole", async () => {
    expect(sumOf([await audit("1/2"), await audit("2/2")])).toEqual({ written: 0, unchanged: JUDGED, deleted: 0 });
    expect(sumOf([await audit(null)])).toEqual({ written: 0, unchanged: JUDGED, deleted: 0 });
  });

  test("deletes what is told of objects that are gone, and judges what these owned", async () => {
    for (const name of ["deployment-0", "deployment-5", "deployment-7"]) {
      const path = `/apis/apps/v1/namespaces/big/deployments/${name}`;
      await cluster.client.ask("DELETE", path, { body: { propagationPolicy: "Orphan" } });
      // No controllers take the finalizer away that waits for the orphans.
      const contentType = "application/merge-patch+json";
      await cluster.client.ask("PATCH", path, { body: { metadata: { finalizers: null } }, contentType });
    }
    const parts = [await audit("1/4"), await audit("2/4"), await audit("3/4"), await audit("4/4")];
    expect(sumOf(parts)).toEqual({ written: 2, unchanged: JUDGED - 3, deleted: 3 });
    const kinds = (await reports()).map((each) => textAt(each, "scope", "kind"));
    expect(kinds.filter((kind) => kind === "ReplicaSet")).toHaveLength(2);
  });
});

/** A Deployment, and of every fifth one what its controllers would make; every such has a Pod beside it that stands alone. */
async function fill(namespace: string, index: number): Promise<void> {
  const name = `deployment-${index}`;
  const bad = goodPod();
  for (const container of bad.containers) container.image = "registry.example.com/vision/paddle-ocr:latest";
  const path = (group: string, plural: string): string => `${group}/namespaces/${namespace}/${plural}`;
  const deployment = workload("Deployment", name, namespace, bad);
  const made = await create(path("/apis/apps/v1", "deployments"), deployment);
  if (index % 5 !== 0) return;
  const spec = isObject(deployment.spec) ? deployment.spec : {};
  const set = await create(path("/apis/apps/v1", "replicasets"), {
    metadata: { name: `${name}-1`, ownerReferences: [controller("apps/v1", "Deployment", made)] },
    spec: { replicas: 2, selector: spec.selector ?? {}, template: spec.template ?? {} },
  });
  const pods = ["a", "b"].map((letter) => ({
    metadata: { name: `${name}-1-${letter}`, ownerReferences: [controller("apps/v1", "ReplicaSet", set)] },
    spec: bad,
  }));
  for (const pod of [...pods, { metadata: { name: `alone-${index}` }, spec: bad }]) {
    await create(path("/api/v1", "pods"), pod);
  }
}

function controller(apiVersion: string, kind: string, owner: JsonObject): JsonObject {
  return {
    apiVersion,
    kind,
    name: textAt(owner, "metadata", "name"),
    uid: textAt(owner, "metadata", "uid"),
    controller: true,
  };
}

async function create(path: string, object: JsonObject): Promise<JsonObject> {
  const { status, text, body } = await cluster.client.post(path, object);
  if (status !== 201) throw new Error(text);
  return body;
}

interface Audited {
  readonly report: JsonValue;
  readonly stderr: string;
}

async function audit(shard: string | null): Promise<Audited> {
  const words = [PADDLOCK, "audit", "--kubeconfig", cluster.kubeconfig, "--format", "json", "--policy-reports"];
  const all = [...words, "--rule", "pinned-image", ...(shard === null ? [] : ["--shard", shard])];
  const run = cluster.processes.start({ name: "audit", command: process.execPath, words: all });
  await run.ended;
  return { report: JSON.parse(run.stdout), stderr: run.stderr };
}

/** What the runs say of reports, together. */
function sumOf(parts: readonly Audited[]): { readonly [what: string]: number } {
  const sum = { written: 0, unchanged: 0, deleted: 0 };
  for (const { stderr } of parts) {
    const [, written, unchanged, deleted] = /: (\d+) written, (\d+) unchanged, (\d+) deleted\n$/.exec(stderr) ?? [];
    sum.written += Number(written);
    sum.unchanged += Number(unchanged);
    sum.deleted += Number(deleted);
  }
  return sum;
}

function reports(): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, "/apis/openreports.io/v1alpha1/reports");
}
