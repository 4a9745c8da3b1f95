import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import type { ApiAnswer } from "../../tools/cluster/api-client.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { pushImage } from "../../tools/registry/images.ts";
import { type Registry, startRegistry } from "../../tools/registry/registry.ts";
import { Cosign, type KeyFiles } from "../../tools/signatures/cosign.ts";
import { ChartRelease } from "./harness/chart-release.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, goodPod, modelClaim, type PodSpec, workload } from "./harness/workloads.ts";

const HOOKS = ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].map(
  (plural) => `/apis/admissionregistration.k8s.io/v1/${plural}/paddlock`,
);
const IMAGE = ["spec", "containers", 0, "image"] as const;
const TEMPLATE_IMAGE = ["spec", "template", ...IMAGE] as const;

let registry: Registry;
let cluster: Cluster;
let release: ChartRelease;
let keys: KeyFiles;
/** By tag, which was pushed and signed. */
const digests = new Map<string, string>();
beforeAll(async () => {
  registry = await startRegistry({ kind: "docker" });
  const cosign = new Cosign(2, registry.folder, registry.env);
  keys = await cosign.newKeys("ours");
  for (const tag of ["1.0.0", "1.1.0", "2.0.0"]) {
    const digest = await pushImage(registry, `team/app:${tag}`, tag);
    await cosign.sign(`${registry.host}/team/app@${digest}`, keys);
    digests.set(tag, digest);
  }
  cluster = await Cluster.start({ controllers: true });
  release = await ChartRelease.in(cluster);
  await createNamespaces(cluster, ["ml"]);
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml")]);
  await release.install(values({}));
  // Two replicas, each with the certificate, the account and the rights that the chart gives it.
  await release.run(2, null);
  await waitUntil("both webhooks know the CA", async () => {
    const answers = await Promise.all(HOOKS.map((hook) => cluster.client.get(hook)));
    const entries = answers.flatMap(({ body }) => listOf(body.webhooks).filter(isObject));
    return entries.length > 2 && entries.every(({ clientConfig }) => objectOf(clientConfig).caBundle !== undefined);
  });
  await waitUntil("the API server asks both", async () => {
    return textAt((await tryPod("1.0.0")).body, ...IMAGE) === pinned("1.0.0") && (await tryPod("none")).status === 403;
  });
});
afterAll(async () => {
  await release?.stop();
  await Promise.all([cluster?.stop(), registry?.stop()]);
});

describe("the chart's own webhook that pins images", () => {
  test("pins a Deployment, and its Pods have the same digest, made by the controllers", async () => {
    await applyAll(cluster, [workload("Deployment", "ocr", "ml", podOf("1.0.0"))]);
    expect(textAt(await deployment("ocr"), ...TEMPLATE_IMAGE)).toBe(pinned("1.0.0"));
    await waitUntil("two Pods", async () => (await podsOf("ocr")).length === 2);
    for (const pod of await podsOf("ocr")) expect(textAt(pod, ...IMAGE)).toBe(pinned("1.0.0"));
  });

  test("pins a container that is added to debug a Pod, and leaves the others as they are", async () => {
    await applyAll(cluster, [workload("Pod", "debugged", "ml", podOf("1.0.0"))]);
    const path = "/api/v1/namespaces/ml/pods/debugged";
    const { body } = await cluster.client.get(path);
    const [container] = podOf("1.1.0").containers;
    const { image = "", securityContext = {} } = container ?? {};
    const ephemeralContainers = [{ name: "debug", image, securityContext }];
    const asked = { ...body, spec: { ...objectOf(body.spec), ephemeralContainers } };
    const added = await cluster.client.ask("PUT", `${path}/ephemeralcontainers`, { body: asked });
    expect(added).toMatchObject({ status: 200 });
    expect(textAt(added.body, "spec", "ephemeralContainers", 0, "image")).toBe(pinned("1.1.0"));
    expect(textAt(added.body, ...IMAGE)).toBe(textAt(body, ...IMAGE));
  });

  test("with podsOnly leaves workloads as they are written, and pins their Pods", async () => {
    await release.install(values({ podsOnly: true }));
    await waitUntil("workloads are not asked about", async () => {
      return textAt((await tryDeployment("1.1.0")).body, ...TEMPLATE_IMAGE) === written("1.1.0");
    });
    await applyAll(cluster, [workload("Deployment", "plain", "ml", podOf("1.1.0"))]);
    expect(textAt(await deployment("plain"), ...TEMPLATE_IMAGE)).toBe(written("1.1.0"));
    await waitUntil("two Pods", async () => (await podsOf("plain")).length === 2);
    for (const pod of await podsOf("plain")) expect(textAt(pod, ...IMAGE)).toBe(pinned("1.1.0"));
    const sets = await listOfObjects(cluster, "/apis/apps/v1/namespaces/ml/replicasets?labelSelector=app%3Dplain");
    expect(sets.map((set) => textAt(set, ...TEMPLATE_IMAGE))).toEqual([written("1.1.0")]);
    await release.install(values({}));
    await waitUntil("workloads are asked about again", async () => {
      return textAt((await tryDeployment("1.1.0")).body, ...TEMPLATE_IMAGE) === pinned("1.1.0");
    });
  });

  test("pins nothing while the registry is away, and the review denies what nobody could verify", async () => {
    // What was verified a moment ago is known; this one nobody has asked for.
    await registry.stop();
    const { status, text } = await tryPod("2.0.0");
    expect(status).toBe(403);
    expect(text).toContain("signed-image");
    expect(text).toContain(written("2.0.0"));
    expect(text).not.toContain("@sha256");
    // What names its digest, and was verified under it, needs no registry.
    const again = await cluster.client.post(
      "/api/v1/namespaces/ml/pods?dryRun=All",
      workload("Pod", "try-out", "ml", withImage(pinned("1.0.0"))),
    );
    expect(again).toMatchObject({ status: 201 });
    expect(textAt(again.body, ...IMAGE)).toBe(pinned("1.0.0"));
  });
});

function values(mutation: JsonObject): JsonObject {
  const key = readFileSync(keys.publicKey, "utf8");
  const policies = [{ name: "ours", images: [`${registry.host}/team/**`], authorities: [{ key: { inline: key } }] }];
  return {
    config: {
      extends: "recommended",
      admission: { mode: "enforce" },
      registries: [{ host: registry.host, insecure: true }],
      signatures: { policies },
    },
    mutation: { enabled: true, ...mutation },
  };
}

function written(tag: string): string {
  return `${registry.host}/team/app:${tag}`;
}

function pinned(tag: string): string {
  return `${written(tag)}@${digests.get(tag)}`;
}

function podOf(tag: string): PodSpec {
  return withImage(written(tag));
}

function withImage(image: string): PodSpec {
  const pod = goodPod();
  return { ...pod, containers: pod.containers.map((container) => ({ ...container, image })) };
}

/** What would become of a Pod; nothing is stored. */
function tryPod(tag: string): Promise<ApiAnswer> {
  return cluster.client.post("/api/v1/namespaces/ml/pods?dryRun=All", workload("Pod", "try-out", "ml", podOf(tag)));
}

function tryDeployment(tag: string): Promise<ApiAnswer> {
  const object = workload("Deployment", "try-out", "ml", podOf(tag));
  return cluster.client.post("/apis/apps/v1/namespaces/ml/deployments?dryRun=All", object);
}

async function deployment(name: string): Promise<JsonObject> {
  const { status, body, text } = await cluster.client.get(`/apis/apps/v1/namespaces/ml/deployments/${name}`);
  if (status !== 200) throw new Error(text);
  return body;
}

function podsOf(app: string): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, `/api/v1/namespaces/ml/pods?labelSelector=app%3D${app}`);
}
