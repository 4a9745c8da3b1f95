import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { expectGolden } from "../golden.ts";
import { askedAbout } from "./harness/audit-annotations.ts";
import { Authority } from "./harness/authority.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { askedBy, registerWebhook, WEBHOOK_NAME } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodJobPod, goodPod, modelClaim, type PodSpec, workload } from "./harness/workloads.ts";

const golden = join(import.meta.dirname, "golden/behaviour");
const GOOD = "registry.example.com/vision/paddle-ocr:2.6.1";
const BETTER = "registry.example.com/vision/paddle-ocr:2.6.2";
const BAD = "registry.example.com/vision/paddle-ocr:latest";
const WORSE = "registry.example.com/vision/paddle-ocr:nightly";

const CONFIG = `
extends: recommended
admission:
  mode: enforce
  namespaces:
    - { match: ["warned-*"], mode: warn }
    - { match: ["audited-*"], mode: audit }
  modeLabel: true
  onUpdate: new
  annotationWaivers: { allow: true, rules: [pinned-image] }
  exempt: { users: [breaker], groups: [], serviceAccounts: [] }
`;

const NAMESPACES = ["ml", "warned-a", "audited-a", "chosen", "owned"];

let cluster: Cluster;
let server: PaddlockServer;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true, users: [{ name: "breaker", groups: ["system:masters"] }] });
  await createNamespaces(cluster, NAMESPACES);
  await applyAll(
    cluster,
    NAMESPACES.flatMap((namespace) => [closedNamespacePolicy(namespace), modelClaim(namespace)]),
  );
  for (const namespace of NAMESPACES) {
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
    await waitUntil(account, async () => (await cluster.client.get(account)).status === 200);
  }
  const authority = await Authority.create();
  server = await PaddlockServer.start(cluster, { config: CONFIG, certificate: await authority.server() });
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
});
afterAll(() => cluster?.stop());

/** How long a review took differs each time, and is told each time. */
const timed = { "duration-ms": expect.stringMatching(/^\d+\.\d$/) };

describe("modes", () => {
  test("enforce denies, and stores nothing", async () => {
    const done = await create(deployment("enforced", "ml", BAD));
    expect(done.status).toBe(1);
    expect((await askedAbout(cluster, "enforced")).at(-1)?.annotations).toEqual({
      ...timed,
      mode: "enforce",
      violations: "pinned-image spec.template.spec.containers[0].image (ocr)",
    });
    expect((await get("ml", "deployment", "enforced")).status).toBe(1);
  });

  test("warn tells what it would have denied, and lets it in", async () => {
    const done = await create(deployment("warned", "warned-a", BAD));
    expect(done.status).toBe(0);
    expectGolden(join(golden, "warned.txt"), done.stderr + done.stdout);
    expect((await askedAbout(cluster, "warned")).at(-1)?.annotations).toEqual({
      ...timed,
      mode: "warn",
      violations: "pinned-image spec.template.spec.containers[0].image (ocr)",
    });
  });

  test("audit says nothing to the user, and the audit log all", async () => {
    const done = await create(deployment("audited", "audited-a", BAD));
    expect(done).toEqual({ status: 0, stdout: "deployment.apps/audited created\n", stderr: "" });
    expect((await askedAbout(cluster, "audited", "create")).at(-1)?.annotations).toEqual({
      ...timed,
      mode: "audit",
      violations: "pinned-image spec.template.spec.containers[0].image (ocr)",
    });
  });

  test("the label of a namespace chooses, where the configuration lets it", async () => {
    expect((await create(deployment("by-label", "chosen", BAD))).status).toBe(1);
    await label("chosen", "warn");
    await expect
      .poll(async () => (await create(deployment("by-label", "chosen", BAD), "--dry-run=server")).status)
      .toBe(0);
    await label("chosen", "enforce");
    await expect
      .poll(async () => (await create(deployment("by-label", "chosen", BAD), "--dry-run=server")).status)
      .toBe(1);
  });
});

describe("waivers", () => {
  test("an annotation waives a rule that may be waived, and the audit log keeps who, why and until when", async () => {
    const object = annotated(deployment("waived", "ml", BAD), "pinned-image", "vendor ships no tags until 2099-01-31");
    expect(await create(object)).toMatchObject({ status: 0, stderr: "" });
    expect((await askedAbout(cluster, "waived", "create")).at(-1)?.annotations).toEqual({
      ...timed,
      mode: "enforce",
      waived:
        "pinned-image spec.template.spec.containers[0].image (ocr): " +
        'annotation "vendor ships no tags" until 2099-01-31, requested by admin',
    });
  });

  test("one that has ended, and one of a rule that may not be waived, change nothing", async () => {
    const ended = annotated(deployment("waiver-ended", "ml", BAD), "pinned-image", "vendor until 2020-01-31");
    expect(await create(ended)).toMatchObject({ status: 1 });
    const pod = goodPod();
    pod.securityContext = {};
    const root = annotated(
      workload("Deployment", "waiver-refused", "ml", pod),
      "run-as-non-root",
      "old until 2099-01-31",
    );
    const done = await create(root);
    expect(done.status).toBe(1);
    expect(done.stderr).toContain("run-as-non-root");
  });
});

describe("updates", () => {
  test("what was there before does not lock its owner out: a new violation is denied, an old one warned about", async () => {
    await letIn("chosen", deployment("legacy", "chosen", BAD));
    const labelled = await cluster.kubectl(["-n", "chosen", "label", "deployment/legacy", "team=ocr"]);
    expect(labelled.status).toBe(0);
    expect(labelled.stderr).toContain("pinned-image");
    const annotatedToo = await cluster.kubectl(["-n", "chosen", "annotate", "deployment/legacy", "note=x"]);
    expect(annotatedToo).toMatchObject({ status: 0, stderr: "" });
    expect(await image("chosen", "legacy", WORSE)).toMatchObject({ status: 1 });
    expect(await image("chosen", "legacy", GOOD)).toMatchObject({ status: 0, stderr: "" });
    expect(await image("chosen", "legacy", BAD)).toMatchObject({ status: 1 });
  });

  test("onUpdate: all denies old ones, too; a configuration is taken up without a restart", async () => {
    await letIn("chosen", deployment("legacy-all", "chosen", BAD));
    await reload(CONFIG.replace("onUpdate: new", "onUpdate: all"));
    const labelled = await cluster.kubectl(["-n", "chosen", "label", "deployment/legacy-all", "team=ocr"]);
    expect(labelled.status).toBe(1);
    expect(labelled.stderr).toContain(`admission webhook "${WEBHOOK_NAME}" denied the request`);
    // What no rule looks at is no reason to judge anything again.
    const note = await cluster.kubectl(["-n", "chosen", "annotate", "deployment/legacy-all", "note=x"]);
    expect(note).toMatchObject({ status: 0 });
    await reload(CONFIG);
  });

  test("a broken configuration is refused, and the old one goes on", async () => {
    server.configure(`${CONFIG}\nadmision: {}\n`);
    await expect
      .poll(() => server.metric("paddlock_configuration_last_reload_successful"), { timeout: 20_000 })
      .toBe(0);
    expect(await server.readyz()).toContain("admision");
    expect(await server.ready()).toBe(true);
    expect((await create(deployment("still-judged", "ml", BAD))).status).toBe(1);
    await reload(CONFIG);
  });

  test("kubectl scale passes through", async () => {
    await letIn("chosen", deployment("scaled", "chosen", BAD));
    const scaled = await cluster.kubectl(["-n", "chosen", "scale", "deployment/scaled", "--replicas=3"]);
    expect(scaled).toMatchObject({ status: 0, stderr: "" });
    const [event] = (await askedAbout(cluster, "scaled")).filter(({ subresource }) => subresource === "scale");
    expect(event?.annotations).toEqual({ ...timed, mode: "enforce" });
  });

  test("server-side apply is judged, at its first time and later", async () => {
    expect(await apply(deployment("applied", "ml", BAD))).toMatchObject({ status: 1 });
    expect(await apply(deployment("applied", "ml", GOOD))).toMatchObject({ status: 0, stderr: "" });
    expect(await apply(deployment("applied", "ml", BETTER))).toMatchObject({ status: 0, stderr: "" });
    const done = await apply(deployment("applied", "ml", BAD));
    expect(done.status).toBe(1);
    expect(done.stderr).toContain("pinned-image");
  });
});

describe("requests that are not quite a creation", () => {
  test("a dry run is answered the same, and leaves nothing behind", async () => {
    const denied = await create(deployment("tried", "ml", BAD), "--dry-run=server");
    expect(denied.status).toBe(1);
    expect(denied.stderr).toContain("pinned-image");
    expect(await create(deployment("tried", "ml", GOOD), "--dry-run=server")).toMatchObject({ status: 0, stderr: "" });
    expect((await get("ml", "deployment", "tried")).status).toBe(1);
    const difference = await cluster.kubectl(["diff", "-f", "-"], {
      input: JSON.stringify(deployment("tried", "ml", BAD)),
    });
    expect(difference.stderr).toContain("pinned-image");
  });

  test("a name that the API server is to complete is told as it begins", async () => {
    const pod = goodPod();
    for (const container of pod.containers) container.image = BAD;
    const object = workload("Pod", "generated", "ml", pod);
    const unnamed = { ...object, metadata: { generateName: "generated-", namespace: "ml" } };
    const done = await create(unnamed);
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/denied the request: Pod ml\/generated-\S* has 1 violation/);
  });

  test("an exempt user is let in, and it is written down", async () => {
    const kubeconfig = cluster.writeKubeconfig("breaker.kubeconfig", cluster.token("breaker"));
    const input = JSON.stringify(deployment("broken-glass", "ml", BAD));
    const done = await cluster.kubectl(["create", "-f", "-"], { input, kubeconfig });
    expect(done).toEqual({
      status: 0,
      stdout: "deployment.apps/broken-glass created\n",
      stderr:
        "Warning: let in unjudged: user breaker is exempt\n" +
        "Warning: what its controllers make of it is judged all the same; this lets it in, too:\n" +
        "Warning: kubectl paddlock exempt deployment/broken-glass -n ml --for 2h --reason …\n",
    });
    expect((await askedAbout(cluster, "broken-glass", "create")).at(-1)).toMatchObject({
      user: "breaker",
      annotations: { mode: "enforce", exempt: "user breaker", "exempt-user": "breaker" },
    });
    expect(await server.metric("paddlock_exempt_total", { by: "user" })).toBe(1);
  });
});

describe("deletion", () => {
  test("is never held up, nor is taking a finalizer away; a change of the workload meanwhile is judged", async () => {
    const kept = deployment("leaving", "chosen", BAD);
    await letIn("chosen", { ...kept, metadata: { ...objectMeta(kept), finalizers: ["example.com/wait"] } });
    await reload(CONFIG.replace("onUpdate: new", "onUpdate: all"));
    const deleted = await cluster.kubectl(["-n", "chosen", "delete", "deployment/leaving", "--wait=false"]);
    expect(deleted).toMatchObject({ status: 0, stderr: "" });
    expect(textAt(await object("chosen", "leaving"), "metadata", "deletionTimestamp")).not.toBe("");
    expect(await image("chosen", "leaving", WORSE)).toMatchObject({ status: 1 });
    const touched = await cluster.kubectl([
      ...["-n", "chosen", "patch", "deployment/leaving", "--type=merge"],
      ...["-p", '{"metadata":{"finalizers":null}}'],
    ]);
    expect(touched).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(async () => (await get("chosen", "deployment", "leaving")).status).toBe(1);
    await reload(CONFIG);
  });
});

describe("pods", () => {
  test("an ephemeral container is judged when it is added", async () => {
    expect(await create(workload("Pod", "debugged", "ml", goodPod()))).toMatchObject({ status: 0, stderr: "" });
    const debug = (image: string): Promise<CommandResult> =>
      cluster.kubectl(["-n", "ml", "debug", "debugged", "--attach=false", "--profile=restricted", `--image=${image}`]);
    const denied = await debug("registry.example.com/tools/shell:latest");
    expect(denied.status).toBe(1);
    expect(denied.stderr).toContain("spec.ephemeralContainers[0].image");
    expect(await debug("registry.example.com/tools/shell:1.2.3")).toMatchObject({ status: 0 });
    const events = await askedAbout(cluster, "debugged", "patch");
    expect(events.map(({ subresource }) => subresource)).toEqual(["ephemeralcontainers", "ephemeralcontainers"]);
  });

  test("a resize is judged: resources alone change, and what is right stays right", async () => {
    expect(await create(workload("Pod", "resized", "ml", goodPod()))).toMatchObject({ status: 0, stderr: "" });
    const resources = { requests: { cpu: "1" }, limits: { cpu: "2" } };
    const done = await cluster.kubectl([
      ...["-n", "ml", "patch", "pod/resized", "--subresource=resize", "--type=strategic"],
      ...["-p", JSON.stringify({ spec: { containers: [{ name: "ocr", resources }] } })],
    ]);
    expect(done).toMatchObject({ status: 0, stderr: "" });
    const [event] = (await askedAbout(cluster, "resized")).filter(({ subresource }) => subresource === "resize");
    expect(event?.annotations).toEqual({ ...timed, mode: "enforce" });
  });

  test("those of a good Deployment and Job come into being, with nothing to say", async () => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "train", namespace: "owned" } };
    const template = { metadata: { labels: { app: "train" } }, spec: goodJobPod() };
    expect(await create({ ...job, spec: { template } })).toMatchObject({ status: 0, stderr: "" });
    expect(await create(deployment("served", "owned", GOOD))).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(async () => (await podsOf("owned", "served")).length, { timeout: 20_000 }).toBe(2);
    await expect.poll(async () => (await podsOf("owned", "train")).length, { timeout: 20_000 }).toBe(1);
    // The audit log does not name what the API server is still to name.
    const asked = (): readonly JsonObject[] =>
      server.log().filter(({ namespace, kind }) => namespace === "owned" && kind === "Pod");
    await expect.poll(() => asked().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const users = new Set<JsonValue | undefined>();
    for (const { user, outcome, allowed, findings } of asked()) {
      expect({ outcome, allowed, findings }).toEqual({ outcome: "judged", allowed: true, findings: {} });
      users.add(user);
    }
    expect([...users].sort()).toEqual([
      "system:serviceaccount:kube-system:job-controller",
      "system:serviceaccount:kube-system:replicaset-controller",
    ]);
  });

  test("those of a waived Deployment come into being where the waiver is in its template, too", async () => {
    const waiver = "vendor ships no tags until 2099-01-31";
    const object = annotated(deployment("waived", "owned", BAD), "pinned-image", waiver);
    const { spec } = object as { spec: { template: JsonObject } };
    const template = annotated(spec.template, "pinned-image", waiver);
    expect(await create({ ...object, spec: { ...spec, template } })).toMatchObject({ status: 0 });
    await expect.poll(async () => (await podsOf("owned", "waived")).length, { timeout: 20_000 }).toBe(2);
  });

  test("what somebody else changes in one is judged in full, whatever its name", async () => {
    await expect.poll(async () => (await podsOf("owned", "served")).length, { timeout: 20_000 }).toBe(2);
    const name = textAt((await podsOf("owned", "served"))[0], "metadata", "name");
    const image = { op: "replace", path: "/spec/containers/0/image", value: BAD };
    const debug = { spec: { ephemeralContainers: [{ name: "istio-proxy", image: BAD }] } };
    const patched = await cluster.kubectl([
      "-n",
      "owned",
      "patch",
      "pod",
      name,
      "--type=json",
      "-p",
      JSON.stringify([image]),
    ]);
    expect(patched.status).toBe(1);
    expect(patched.stderr).toContain("pinned-image");
    const words = [
      "-n",
      "owned",
      "patch",
      "pod",
      name,
      "--subresource=ephemeralcontainers",
      "-p",
      JSON.stringify(debug),
    ];
    const debugged = await cluster.kubectl(words);
    expect(debugged.status).toBe(1);
    expect(debugged.stderr).toContain("(container istio-proxy)");
    const touched = await cluster.kubectl(["-n", "owned", "label", "pod", name, "example.com/touched=yes"]);
    expect(touched).toMatchObject({ status: 0, stderr: "" });
  });

  test("those of a Deployment that was let in before are denied: its events and condition say so", async () => {
    await letIn("chosen", deployment("orphan-maker", "chosen", BAD));
    await cluster.kubectl(["-n", "chosen", "delete", "pods", "-l", "app=orphan-maker", "--wait=false"]);
    const condition = async (): Promise<string> => {
      const conditions = listOf(valueAt(await object("chosen", "orphan-maker"), ["status", "conditions"]));
      return textAt(
        conditions.find((each) => textAt(each, "type") === "ReplicaFailure"),
        "message",
      );
    };
    await expect
      .poll(condition, { timeout: 30_000 })
      .toContain(`admission webhook "${WEBHOOK_NAME}" denied the request`);
    expect(await condition()).toContain("of ReplicaSet orphan-maker-");
    const events = await listOfObjects(cluster, "/api/v1/namespaces/chosen/events?fieldSelector=reason=FailedCreate");
    const said = events.filter((event) => textAt(event, "involvedObject", "name").startsWith("orphan-maker-"));
    expect(said.length).toBeGreaterThan(0);
    expect(textAt(said[0], "message")).toContain("pinned-image");
  });
});

function deployment(name: string, namespace: string, image: string): JsonObject {
  const pod: PodSpec = goodPod();
  for (const container of pod.containers) container.image = image;
  return workload("Deployment", name, namespace, pod);
}

function annotated(object: JsonObject, rule: string, waiver: string): JsonObject {
  const annotations = { [`paddlock.dev/waive.${rule}`]: waiver };
  return { ...object, metadata: { ...objectMeta(object), annotations } };
}

function objectMeta({ metadata }: JsonObject): JsonObject {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) throw new Error("no metadata");
  return metadata as JsonObject;
}

function create(object: JsonObject, ...words: readonly string[]): Promise<CommandResult> {
  return cluster.kubectl(["create", "-f", "-", ...words], { input: JSON.stringify(object) });
}

function apply(object: JsonObject): Promise<CommandResult> {
  return cluster.kubectl(["apply", "--server-side", "-f", "-"], { input: JSON.stringify(object) });
}

function get(namespace: string, kind: string, name: string): Promise<CommandResult> {
  return cluster.kubectl(["-n", namespace, "get", kind, name]);
}

function image(namespace: string, name: string, reference: string): Promise<CommandResult> {
  return cluster.kubectl(["-n", namespace, "set", "image", `deployment/${name}`, `ocr=${reference}`]);
}

async function object(namespace: string, name: string): Promise<JsonValue> {
  return (await cluster.client.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)).body;
}

function podsOf(namespace: string, app: string): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, `/api/v1/namespaces/${namespace}/pods?labelSelector=app=${app}`);
}

async function label(namespace: string, mode: string): Promise<void> {
  const done = await cluster.kubectl(["label", "namespace", namespace, `paddlock.dev/mode=${mode}`, "--overwrite"]);
  if (done.status !== 0) throw new Error(done.stderr);
}

/** Makes what breaks rules while its namespace only warns, with its Pods; then the namespace enforces. */
async function letIn(namespace: string, made: JsonObject): Promise<void> {
  const probe = deployment("probe", namespace, BAD);
  await label(namespace, "warn");
  await expect.poll(async () => (await create(probe, "--dry-run=server")).status, { timeout: 20_000 }).toBe(0);
  const done = await create(made);
  if (done.status !== 0) throw new Error(done.stderr);
  const app = textAt(made, "metadata", "name");
  await expect.poll(async () => (await podsOf(namespace, app)).length, { timeout: 20_000 }).toBeGreaterThan(0);
  await label(namespace, "enforce");
  await expect.poll(async () => (await create(probe, "--dry-run=server")).status, { timeout: 20_000 }).toBe(1);
}

/** Gives the server another configuration, and waits until it is in force. */
async function reload(config: string): Promise<void> {
  const taken = "paddlock_configuration_last_reload_success_timestamp_seconds";
  const before = await server.metric(taken);
  server.configure(config);
  await expect.poll(() => server.metric(taken), { timeout: 20_000 }).toBeGreaterThan(before);
  expect(await server.metric("paddlock_configuration_last_reload_successful")).toBe(1);
}
