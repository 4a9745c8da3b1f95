import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { crane, pushImage } from "../../tools/registry/images.ts";
import { type Registry, startRegistry } from "../../tools/registry/registry.ts";
import { Cosign, type KeyFiles } from "../../tools/signatures/cosign.ts";
import { Authority } from "./harness/authority.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { askedBy, registerWebhook, webhookConfiguration } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodPod, modelClaim, type PodSpec, workload } from "./harness/workloads.ts";

const IMAGE = ["spec", "containers", 0, "image"] as const;
const TEMPLATE_IMAGE = ["spec", "template", ...IMAGE] as const;
const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const NAMESPACES = ["ml", "seen"];

let registry: Registry;
let cluster: Cluster;
let server: PaddlockServer;
let cosign: Cosign;
let keys: KeyFiles;
let signed: string;
let digest: string;
beforeAll(async () => {
  registry = await startRegistry({ kind: "docker" });
  cosign = new Cosign(2, registry.folder, registry.env);
  keys = await cosign.newKeys("ours");
  signed = `${registry.host}/team/app:1.4.2`;
  digest = await pushImage(registry, "team/app:1.4.2");
  await cosign.sign(`${registry.host}/team/app@${digest}`, keys);
  await pushImage(registry, "team/unsigned:1.0.0");

  cluster = await Cluster.start({ controllers: true });
  await createNamespaces(cluster, NAMESPACES);
  await applyAll(
    cluster,
    NAMESPACES.flatMap((name) => [closedNamespacePolicy(name), modelClaim(name)]),
  );
  await applyAll(cluster, [workload("Deployment", "older", "ml", podOf(signed))]);
  await waitUntil("the older ReplicaSet", async () => (await replicaSets("older")).length === 1);
  const authority = await Authority.create();
  server = await PaddlockServer.start(cluster, {
    config: JSON.stringify({
      extends: "recommended",
      admission: { mode: "enforce", namespaces: [{ match: ["seen"], mode: "audit" }] },
      registries: [{ host: registry.host, insecure: true }],
      signatures: {
        policies: [
          {
            name: "ours",
            images: [`${registry.host}/team/**`],
            authorities: [{ key: { inline: readFileSync(keys.publicKey, "utf8") } }],
          },
        ],
      },
    }),
    certificate: await authority.server(),
  });
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
  await registerMutation(authority.ca);
});
afterAll(() => Promise.all([cluster?.stop(), registry?.stop()]));

describe("an image that was verified", () => {
  test("is what a Deployment names, and each of its Pods, with one ReplicaSet between them", async () => {
    await applyAll(cluster, [workload("Deployment", "ocr", "ml", podOf(signed))]);
    expect(textAt(await get("apps/v1", "deployments", "ocr"), ...TEMPLATE_IMAGE)).toBe(`${signed}@${digest}`);
    await waitUntil("two Pods", async () => (await podsOf("ocr")).length === 2);
    for (const pod of await podsOf("ocr")) expect(textAt(pod, ...IMAGE)).toBe(`${signed}@${digest}`);
    expect(await replicaSets("ocr")).toHaveLength(1);
  });

  test("is pinned in the Pods alone of a Deployment that is older, whose controller finds its ReplicaSet again", async () => {
    const restart = { spec: { template: { metadata: { annotations: { restarted: "now" } } } } };
    await cluster.client.ask("PATCH", "/apis/apps/v1/namespaces/ml/deployments/older", {
      body: restart,
      contentType: "application/merge-patch+json",
    });
    const pinned = async (): Promise<readonly string[]> =>
      (await podsOf("older")).map((pod) => textAt(pod, ...IMAGE)).filter((image) => image.includes("@"));
    await waitUntil("a Pod of the new ReplicaSet", async () => (await pinned()).length > 0);
    expect(new Set(await pinned())).toEqual(new Set([`${signed}@${digest}`]));
    for (const set of await replicaSets("older")) expect(textAt(set, ...TEMPLATE_IMAGE)).toBe(signed);
    const older = await get("apps/v1", "deployments", "older");
    expect(textAt(older, ...TEMPLATE_IMAGE)).toBe(signed);
    expect(older.status).not.toHaveProperty("collisionCount");
  });

  test("is kept when the manifest is applied again after the tag has moved", async () => {
    const before = await get("apps/v1", "deployments", "ocr");
    const moved = await pushImage(registry, "team/app:next", "another");
    await crane(registry, ["tag", `${registry.host}/team/app@${moved}`, "1.4.2"]);
    await cosign.sign(`${registry.host}/team/app@${moved}`, keys);
    // For some seconds a tag is taken for what it was.
    await waitUntil("new Pods have the other image", async () => (await triedOut()) === `${signed}@${moved}`);
    await applyAll(cluster, [workload("Deployment", "ocr", "ml", podOf(signed))]);
    const after = await get("apps/v1", "deployments", "ocr");
    expect(textAt(after, ...TEMPLATE_IMAGE)).toBe(`${signed}@${digest}`);
    expect(after.spec).toEqual(before.spec);
  });

  test("is pinned in nothing where the mode is audit", async () => {
    await applyAll(cluster, [workload("Pod", "ocr", "seen", podOf(signed))]);
    expect(textAt(await get("v1", "pods", "ocr", "seen"), ...IMAGE)).toBe(signed);
  });
});

test("an image that nobody signed is denied by the review, under the name that it came with", async () => {
  const image = `${registry.host}/team/unsigned:1.0.0`;
  const pod = workload("Pod", "unsigned", "ml", podOf(image));
  const { status, text } = await cluster.client.post("/api/v1/namespaces/ml/pods", pod);
  expect(status).toBe(403);
  expect(text).toContain("signed-image");
  expect(text).toContain(image);
  expect(text).not.toContain(`${image}@`);
});

test("an ephemeral container is pinned among containers that cannot be changed", async () => {
  await applyAll(cluster, [workload("Pod", "debugged", "ml", podOf(signed))]);
  const path = "/api/v1/namespaces/ml/pods/debugged";
  const { body } = await cluster.client.get(path);
  const image = `${registry.host}/team/app:next`;
  const debuggers = [{ ...goodPod().containers[0], name: "debug", image }].map(
    ({ name, image, securityContext }: JsonObject) => ({ name, image, securityContext }),
  );
  const asked = { ...body, spec: { ...(body.spec as JsonObject), ephemeralContainers: debuggers } };
  const {
    status,
    text,
    body: answered,
  } = await cluster.client.ask("PUT", `${path}/ephemeralcontainers`, {
    body: asked,
  });
  expect({ status, text }).toMatchObject({ status: 200 });
  expect(textAt(answered, "spec", "ephemeralContainers", 0, "image")).toMatch(/:next@sha256:[0-9a-f]{64}$/);
});

function podOf(image: string): PodSpec {
  const pod = goodPod();
  return { ...pod, containers: pod.containers.map((container) => ({ ...container, image })) };
}

function podsOf(app: string): ReturnType<typeof listOfObjects> {
  return listOfObjects(cluster, `/api/v1/namespaces/ml/pods?labelSelector=app%3D${app}`);
}

function replicaSets(app: string): ReturnType<typeof listOfObjects> {
  return listOfObjects(cluster, `/apis/apps/v1/namespaces/ml/replicasets?labelSelector=app%3D${app}`);
}

async function get(version: string, plural: string, name: string, namespace = "ml"): Promise<JsonObject> {
  const group = version === "v1" ? "/api/v1" : `/apis/${version}`;
  const { status, body, text } = await cluster.client.get(`${group}/namespaces/${namespace}/${plural}/${name}`);
  if (status !== 200) throw new Error(text);
  return body;
}

/** The image that a Pod has with the tag, were it made now. */
async function triedOut(): Promise<string> {
  const tryOut = workload("Pod", "try-out", "ml", podOf(signed));
  const { body } = await cluster.client.post("/api/v1/namespaces/ml/pods?dryRun=All", tryOut);
  return textAt(body, ...IMAGE);
}

/** Registers the webhook that mutates, and waits until the API server asks it. */
async function registerMutation(ca: string): Promise<void> {
  const client = { url: `${server.url}/mutate` };
  const rules: JsonObject[] = [
    { apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers"] },
    { apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
  ].map((rule) => ({ ...rule, apiVersions: ["*"], operations: ["CREATE", "UPDATE"], scope: "*" }));
  const like = webhookConfiguration({ client, ca, rules, failurePolicy: "Ignore" });
  const [webhook] = Array.isArray(like.webhooks) ? like.webhooks : [];
  const made = await cluster.client.post(CONFIGURATIONS, {
    ...like,
    kind: "MutatingWebhookConfiguration",
    webhooks: [{ ...(webhook as JsonObject), name: "mutate.paddlock.dev", reinvocationPolicy: "IfNeeded" }],
  });
  if (made.status !== 201) throw new Error(made.text);
  await waitUntil("the API server asks the webhook", async () => (await triedOut()).includes("@"));
}
