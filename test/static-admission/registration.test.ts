import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { loadDuring } from "../cluster/harness/load.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "../cluster/harness/objects.ts";
import { waitUntil } from "../cluster/harness/wait-until.ts";
import { webhookConfiguration } from "../cluster/harness/webhook.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "../cluster/harness/workloads.ts";
import { CONFIG, GuardedCluster, hashIn, isDenied, longLasting } from "./guarded-cluster.ts";

const NAME = "paddlock.static.k8s.io";
const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

let guarded: GuardedCluster;
beforeAll(async () => {
  guarded = await GuardedCluster.start();
  await guarded.startServer();
  await createNamespaces(guarded.cluster, ["ml-a", "ml-free", "other", "late", "paddlock-system"]);
  await applyAll(guarded.cluster, [closedNamespacePolicy("ml-a"), modelClaim("ml-a")]);
});
afterAll(async () => {
  await guarded?.stop();
});

test("the configuration holds: enforced, by a glob too, warned elsewhere, and what is good is let in", async () => {
  const denied = await guarded.create("ml-a", "bad");
  expect(isDenied(denied)).toBe(true);
  expect(textAt(denied.body, "message")).toContain("pinned-image");
  expect((await guarded.create("ml-a", "good", workload("Pod", "good", "ml-a", goodPod()))).status).toBe(201);
  for (const namespace of ["other", "ml-free"]) {
    const warned = await guarded.create(namespace, "bad");
    expect(warned.status).toBe(201);
    expect(warned.warnings.join("\n")).toContain("pinned-image");
  }
});

test("kube-system and our own namespace are left alone", async () => {
  for (const namespace of ["kube-system", "paddlock-system"]) {
    const { status, warnings } = await guarded.create(namespace, "bad");
    expect([namespace, status, warnings]).toEqual([namespace, 201, []]);
  }
  // Who has no namespace of ours leaves none out that somebody could make.
  await guarded.inForce({ config: CONFIG, words: ["--fail", "--namespace", "kube-system"] });
  expect((await guarded.create("kube-system", "worse")).warnings).toEqual([]);
  expect((await guarded.create("paddlock-system", "worse")).warnings.join("\n")).toContain("pinned-image");
  await guarded.inForce({ config: CONFIG, words: ["--fail"] });
});

test("the webhook's own static pod is shown by the kubelet in kube-system, and the API server takes it", async () => {
  const file = join(import.meta.dirname, "../../deploy/static/pod.yaml");
  const { status, stderr } = await guarded.cluster.kubectl(["create", "--dry-run=server", "-f", file]);
  expect([status, stderr]).toEqual([0, ""]);
});

test("it can neither be seen, removed, made nor changed through the API, by the administrator either", async () => {
  const { client } = guarded.cluster;
  const removed = await guarded.cluster.kubectl(["delete", "validatingwebhookconfiguration", NAME]);
  expect(removed.status).toBe(1);
  expect(removed.stderr).toContain("NotFound");
  await guarded.cluster.kubectl(["delete", "validatingwebhookconfigurations", "--all"]);
  expect(await listOfObjects(guarded.cluster, CONFIGURATIONS)).toEqual([]);
  const twin: JsonObject = {
    ...webhookConfiguration({ client: { url: "https://127.0.0.1:1/validate" }, ca: guarded.authority.ca }),
    metadata: { name: NAME },
  };
  const made = await client.post(CONFIGURATIONS, twin);
  expect(made.status).toBe(422);
  expect(made.text).toContain(".static.k8s.io");
  const patched = await client.ask("PATCH", `${CONFIGURATIONS}/${NAME}`, {
    body: { webhooks: [] },
    contentType: "application/merge-patch+json",
  });
  expect(patched.status).toBe(404);
  expect(isDenied(await guarded.create("ml-a", "still-bad"))).toBe(true);
});

test("the API server tells the hash that the command printed, and takes up files that change", async () => {
  const printed = hashIn(guarded.printed);
  expect(await guarded.fileMetric("last_config_info", printed)).toBe(1);
  await guarded.inForce({ config: CONFIG, words: ["--fail", "--exclude-namespace", "ml-a"] });
  expect(await guarded.tryOut("ml-a")).toBe(201);
  expect(await guarded.fileMetric("last_config_info", printed)).toBe(0);
  await guarded.inForce({ config: CONFIG, words: ["--fail"] });
  expect(await guarded.tryOut("ml-a")).toBe(403);
  expect(await guarded.fileMetric("last_config_info", printed)).toBe(1);
});

test("a further namespace is enforced: by the webhook first, then by the files", async () => {
  expect(await guarded.tryOut("late")).toBe(201);
  const wider = CONFIG.replace("[default]", "[default, late]");
  guarded.server.configure(wider);
  await waitUntil("the webhook denies", async () => (await guarded.tryOut("late")) === 403);
  await guarded.server.process.end("SIGKILL");
  // Its entry says Ignore as yet.
  expect(await guarded.tryOut("late")).toBe(201);
  await guarded.inForce({ config: wider, words: ["--fail"] });
  expect(await guarded.tryOut("late")).toBe(500);
  await guarded.inForce({ config: CONFIG, words: ["--fail"] });
  await guarded.startServer();
  expect(await guarded.tryOut("late")).toBe(201);
});

test("a label of a namespace may choose, and kinds of one's own are asked about", async () => {
  const config = `${CONFIG.replace("mode: warn", "mode: warn\n  modeLabel: true")}kinds:
  - { apiVersion: "*.example.com/v1", kind: Policy, pods: [spec.template.spec] }
`;
  await createNamespaces(guarded.cluster, ["chosen"], { "paddlock.dev/mode": "enforce" });
  await createNamespaces(guarded.cluster, ["ml-spared"], { "paddlock.dev/mode": "audit" });
  const customs = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect((await guarded.cluster.client.post(customs, policiesKind)).status).toBe(201);
  guarded.server.configure(config);
  await guarded.inForce({ config, words: ["--fail"] });
  await waitUntil("the label is heeded", async () => (await guarded.tryOut("chosen")) === 403);
  expect(await guarded.tryOut("ml-spared")).toBe(201);
  expect(await guarded.tryOut("ml-a")).toBe(403);
  const path = "/apis/a.example.com/v1/namespaces/ml-a/policies?dryRun=All";
  const template = { spec: { containers: [{ name: "a", image: "registry.example.com/a:latest" }] } };
  const object = { apiVersion: "a.example.com/v1", kind: "Policy", metadata: { name: "a" }, spec: { template } };
  await waitUntil("the kind is served", async () => (await guarded.cluster.client.post(path, object)).status !== 404);
  expect(isDenied(await guarded.cluster.client.post(path, object))).toBe(true);
  guarded.server.configure(CONFIG);
  await guarded.inForce({ config: CONFIG, words: ["--fail"] });
});

test("the webhook tells where its configuration and the files part", async () => {
  const told = (): Promise<number> => guarded.server.metric("paddlock_webhook_configuration_mismatch");
  expect(await told()).toBe(0);
  expect(await guarded.server.readyz()).toMatch(/"state": "agrees"/);
  guarded.server.configure(CONFIG.replace("[default]", "[default, late]"));
  await waitUntil("the difference is told", async () => (await told()) === 1);
  expect(await guarded.server.readyz()).toMatch(/"state": "differs"/);
  expect(await guarded.server.ready()).toBe(true);
  guarded.server.configure(CONFIG);
  await waitUntil("they agree again", async () => (await told()) === 0);
});

test("files that cannot be used keep the old ones in force, and an API server does not start with them", async () => {
  const whole = readFileSync(guarded.folder.registration, "utf8");
  const broken: readonly [string, string][] = [
    ["no YAML", "webhooks: [\n"],
    ["an unknown field", whole.replace("failurePolicy:", "failurePolicies:")],
    ["a Service", whole.replace(/url: .*/, "service: { name: paddlock, namespace: paddlock-system }")],
    ["another kind", whole.replace("kind: Validating", "kind: Mutating")],
    ["another name", whole.replace(NAME, "paddlock")],
  ];
  for (const [what, text] of broken) {
    const failures = (): Promise<number> => guarded.fileMetric("automatic_reloads_total", 'status="failure"');
    const before = await failures();
    guarded.place(text);
    await guarded.untilFiles(`${what} is refused`, async () => (await failures()) > before);
    expect([what, await guarded.tryOut("ml-a")]).toEqual([what, 403]);
  }
  await guarded.cluster.process("kube-apiserver").end("SIGKILL");
  await expect(guarded.cluster.startApiServer()).rejects.toThrow(/paddlock\.yaml.*static\.k8s\.io/s);
  guarded.place(whole);
  await guarded.cluster.startApiServer();
  expect(await guarded.tryOut("ml-a")).toBe(403);
});

test("a file that is empty for a moment, or removed, is no file: so it is put in place whole", async () => {
  const whole = readFileSync(guarded.folder.registration, "utf8");
  const away = [() => writeFileSync(guarded.folder.registration, ""), () => rmSync(guarded.folder.registration)];
  for (const take of away) {
    take();
    await guarded.untilFiles("nobody judges", async () => (await guarded.tryOut("ml-a")) === 201);
    guarded.place(whole);
    await guarded.untilFiles("it is judged again", async () => (await guarded.tryOut("ml-a")) === 403);
  }
});

test("no review is lost while the certificate is replaced, and the authority in three steps", async () => {
  const next = await longLasting("Next static CA");
  const both = { config: CONFIG, ca: guarded.authority.ca + next.ca, words: ["--fail"] };
  const result = await loadDuring(
    guarded.cluster,
    "ml-a",
    async () => {
      await guarded.certify(guarded.authority, 30);
      await guarded.inForce(both);
      await guarded.certify(next, 31);
      await guarded.inForce({ ...both, ca: next.ca });
      // And back.
      await guarded.inForce(both);
      await guarded.certify(guarded.authority, 32);
      await guarded.inForce({ config: CONFIG, words: ["--fail"] });
    },
    200,
  );
  expect(result.failed).toEqual([]);
  expect(result.slipped).toEqual([]);
  expect(result.created).toBeGreaterThan(50);
});

const policiesKind: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "policies.a.example.com" },
  spec: {
    group: "a.example.com",
    scope: "Namespaced",
    names: { kind: "Policy", plural: "policies" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
