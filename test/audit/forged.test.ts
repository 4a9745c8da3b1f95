import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { checkCluster } from "../../src/commands/audit/audit.ts";
import { objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { containerOf, injectedPod } from "../admission/injected.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { controlledBy, deployment, goodImage, isolation, namespace, pod, replicaSet } from "./objects.ts";

let cluster: FakeCluster;
let client: ClusterClient;
let folder: string;

beforeEach(async () => {
  cluster = await FakeCluster.start(
    { group: "batch.paddlepaddle.org", version: "v1", kind: "PaddleJob", plural: "paddlejobs", namespaced: true },
    { group: "batch", version: "v1", kind: "CronJob", plural: "cronjobs", namespaced: true },
  );
  client = new ClusterClient(cluster.kubeConfig());
  folder = mkdtempSync(join(tmpdir(), "paddlock-forged-"));
  writeFileSync(join(folder, "paddlock.yaml"), "extends: baseline\nrules: { network-policy: error }\n");
  cluster.put(namespace("ml"), namespace("other"), isolation("ml"), isolation("other"));
});

afterEach(async () => {
  client.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What is found, `object rule`, by a whole run, and by shards together. */
async function found(count: number | null = null): Promise<string[]> {
  const all: string[] = [];
  for (const shard of count === null ? [null] : Array.from({ length: count }, (_, i) => ({ index: i + 1, count }))) {
    const { report } = await checkCluster({
      ...{ client, config: join(folder, "paddlock.yaml"), namespaces: null, shard, rules: [], language: "en" },
      ...{ reports: null, keepsTexts: false, onProgress: () => {} },
    });
    expect(report.notifications).toEqual([]);
    for (const { file, rule, level } of report.findings) if (level !== "info") all.push(`${file} ${rule}`);
  }
  return all.sort();
}

const bad = "registry.tenant.example.com/miner:latest";
const ofDeployment = controlledBy("apps/v1", "Deployment", "web", "d");
const ofReplicaSet = controlledBy("apps/v1", "ReplicaSet", "web-1", "rs");

function web(image: string): JsonObject[] {
  return [
    deployment("ml", "web", image, { uid: "d" }),
    replicaSet("ml", "web-1", image, { uid: "rs", owner: ofDeployment }),
  ];
}

/** A Pod with a privileged container of this name, of which its owner knows nothing. */
function privileged(made: JsonObject, name: string): JsonObject {
  const spec = objectOf(made.spec);
  const container = { name, image: goodImage, securityContext: { privileged: true } };
  const containers = valueAt(spec, ["containers"]);
  return { ...made, spec: { ...spec, containers: [...(Array.isArray(containers) ? containers : []), container] } };
}

test("a Pod that names the ReplicaSet of another's with its uid is reported for what that ReplicaSet has not", async () => {
  cluster.put(
    ...web(goodImage),
    pod("ml", "web-1-a", goodImage, { owner: ofReplicaSet }),
    pod("ml", "web-1-b", bad, { owner: ofReplicaSet }),
    privileged(pod("ml", "web-1-c", goodImage, { owner: ofReplicaSet }), "istio-proxy"),
    pod("ml", "web-1-d", goodImage, { owner: ofReplicaSet }),
  );
  const expected = ["ml/pod/web-1-b pinned-image", "ml/pod/web-1-c restricted-container"];
  expect(await found()).toEqual(expected);
  expect(await found(3)).toEqual(expected);
});

test("what the owner has too is reported there, once", async () => {
  cluster.put(...web(bad), pod("ml", "web-1-a", bad, { owner: ofReplicaSet }));
  expect(await found()).toEqual(["ml/deployment.apps/web pinned-image"]);
  expect(await found(3)).toEqual(["ml/deployment.apps/web pinned-image"]);
});

test("a ReplicaSet forged under a Deployment is reported, and its Pods by it; one that runs nothing is not", async () => {
  const forged = replicaSet("ml", "web-2", bad, { uid: "forged", owner: ofDeployment });
  const idle = replicaSet("ml", "web-0", bad, { uid: "idle", owner: ofDeployment });
  cluster.put(
    ...web(goodImage),
    forged,
    { ...idle, spec: { ...objectOf(idle.spec), replicas: 0 } },
    pod("ml", "web-2-a", bad, { owner: controlledBy("apps/v1", "ReplicaSet", "web-2", "forged") }),
  );
  expect(await found()).toEqual(["ml/replicaset.apps/web-2 pinned-image"]);
});

test("a Job forged under a CronJob, and a Pod under a PaddleJob, are reported", async () => {
  const template = (image: string): JsonObject => {
    return {
      metadata: { labels: { app: "web" } },
      spec: { ...objectOf(pod("ml", "x", image).spec), restartPolicy: "Never" },
    };
  };
  const meta = (name: string, uid: string, owner?: JsonObject): JsonObject => {
    return { namespace: "ml", name, uid, ...(owner === undefined ? {} : { ownerReferences: [owner] }) };
  };
  const cron = { apiVersion: "batch/v1", kind: "CronJob", metadata: meta("nightly", "cj") };
  const job = { apiVersion: "batch/v1", kind: "Job" };
  const ofCron = controlledBy("batch/v1", "CronJob", "nightly", "cj");
  const ofJob = controlledBy("batch.paddlepaddle.org/v1", "PaddleJob", "train", "pj");
  cluster.put(
    { ...cron, spec: { schedule: "0 2 * * *", jobTemplate: { spec: { template: template(goodImage) } } } },
    { ...job, metadata: meta("nightly-1", "j1", ofCron), spec: { template: template(goodImage) } },
    { ...job, metadata: meta("nightly-2", "j2", ofCron), spec: { template: template(bad) } },
    {
      apiVersion: "batch.paddlepaddle.org/v1",
      kind: "PaddleJob",
      metadata: meta("train", "pj"),
      spec: { worker: { replicas: 1, template: template(goodImage) } },
    },
    pod("ml", "train-worker-0", goodImage, { owner: ofJob }),
    privileged(pod("ml", "train-worker-1", goodImage, { owner: ofJob }), "linkerd-proxy"),
  );
  const expected = ["ml/job.batch/nightly-2 pinned-image", "ml/pod/train-worker-1 restricted-container"];
  expect(await found()).toEqual(expected);
  expect(await found(2)).toEqual(expected);
});

test("an owner with another uid, or in another namespace, stands for nobody", async () => {
  cluster.put(
    ...web(goodImage),
    pod("ml", "stranger", bad, { owner: controlledBy("apps/v1", "ReplicaSet", "web-1", "another") }),
    pod("other", "abroad", bad, { owner: ofReplicaSet }),
  );
  expect(await found()).toEqual(["ml/pod/stranger pinned-image", "other/pod/abroad pinned-image"]);
});

test("labels that take a Pod out of the policy of its owner's are reported", async () => {
  cluster.put(
    ...web(goodImage),
    { ...isolation("ml"), spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] } },
    pod("ml", "web-1-a", goodImage, { owner: ofReplicaSet, labels: { app: "free" } }),
  );
  expect(await found()).toEqual(["ml/pod/web-1-a network-policy"]);
});

test("what a mesh injects into a Pod is excused, and what only has its name is not", async () => {
  const injected = (name: string): JsonObject => {
    const made = injectedPod("istio");
    if (name === "forged") containerOf(made, "istio-init").image = "registry.tenant.example.com/proxyv2:1.28.3";
    return { ...made, metadata: { ...made.metadata, name, uid: name } };
  };
  cluster.put(injected("meshed"), injected("forged"));
  expect(new Set(await found())).toEqual(
    new Set(["ml/pod/forged restricted-container", "ml/pod/forged run-as-non-root"]),
  );
});
