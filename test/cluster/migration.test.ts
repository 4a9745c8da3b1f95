import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listOf, objectOf, textOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { Installation } from "./harness/installation.ts";
import { applyAll, createNamespaces, listOfObjects } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, goodJobPod, goodPod, modelClaim, type PodSpec, workload } from "./harness/workloads.ts";

const BAD = "registry.example.com/vision/paddle-ocr:latest";
const WORSE = "registry.example.com/vision/paddle-ocr:nightly";
const hook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";

let cluster: Cluster;
let paddlock: Installation;
let folder: string;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true });
  await createNamespaces(cluster, ["ml", "other"]);
  for (const namespace of ["ml", "other"]) {
    await applyAll(cluster, [closedNamespacePolicy(namespace), modelClaim(namespace)]);
  }
  paddlock = await Installation.start(cluster, values());
  folder = join(cluster.processes.folder, "walk");
  mkdirSync(folder);
  // Privileged, of a tag that moves: it has run for long.
  await applyAll(cluster, [workload("Deployment", "old", "ml", privileged(BAD)), cronJob()]);
  await waitUntil("it runs", async () => (await podsOf("old")) === 2);
});
afterAll(async () => {
  await paddlock?.stop();
  await cluster?.stop();
});

describe("enforcing what already runs, as the guide tells it", () => {
  // As it stands there: what enforcing would stop, enforcing, and the way back.
  const [wouldDeny = "", enforce = "", back = ""] = steps();

  test("what it would stop is told first, and changes nothing", async () => {
    const done = await shell(wouldDeny);
    const stderr = "judged by the configuration of the cluster, the ConfigMap paddlock-system/paddlock-config\n";
    expect(done).toMatchObject({ status: 1, stderr });
    expect(done.stdout).toContain("enforcing ml would stop 2 workloads that are there:");
    expect(done.stdout).toMatch(
      /ml\/deployment\.apps\/old\n {4}new Pods[^\n]*\n(?: {6}\[[^\n]*\n)* {6}\[pinned-image\]/,
    );
    expect(await shell(wouldDeny.replace("ml", "other"))).toMatchObject({ status: 0 });
    const dry = await shell(`${enforce} --dry-run`);
    expect(dry.stdout).toContain("ml: enforce (would be written into paddlock-system/paddlock-config)");
    expect(await paddlock.configuration()).not.toContain("since");
  });

  test("what the server would refuse is not written", async () => {
    const full = Array.from({ length: 200 }, (_, index) => ({ match: [`team-${index}`], mode: "warn" }));
    await paddlock.upgrade(values(full));
    const refused = await shell(enforce);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("the configuration in paddlock-system/paddlock-config cannot be changed");
    expect(await paddlock.configuration()).not.toContain("since");
    await paddlock.upgrade(values());
  });

  test("one command enforces it from now on, and the API server fails closed there and nowhere else", async () => {
    // Times of objects are in whole seconds.
    await new Promise((settle) => setTimeout(settle, 1100));
    const done = await shell(enforce);
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toContain("ml: enforce (written into paddlock-system/paddlock-config)");
    expect(done.stdout).toContain("The API server asks accordingly.");
    const [, printed = ""] = done.stdout.split(/keeps it:\n/);
    const [entry] = parse(printed).config.admission.namespaces;
    expect(entry).toMatchObject({ match: ["ml"], mode: "enforce" });
    expect(Date.parse(entry.until) - Date.parse(entry.since)).toBe(720 * 3_600_000);
    const [fails] = listOf((await cluster.client.get(hook)).body.webhooks);
    expect(valueAt(fails, ["failurePolicy"])).toBe("Fail");
    expect(JSON.stringify(valueAt(fails, ["namespaceSelector"]))).toContain('["ml"]');
    await paddlock.configure();
    await waitUntil("what is new is denied", async () => (await tryOut("ml")).status === 1);
    expect((await tryOut("other")).status).toBe(0);
  });

  test("a drain: its Pod is gone, and another comes, with a word", async () => {
    const before = await paddlock.metric("paddlock_inherited_total", { rule: "pinned-image" });
    const [pod] = await pods("old");
    await cluster.client.delete(
      `/api/v1/namespaces/ml/pods/${textOf(valueAt(pod, ["metadata", "name"]))}?gracePeriodSeconds=0`,
    );
    await expect.poll(() => podsOf("old"), { timeout: 30_000 }).toBe(2);
    expect(await paddlock.metric("paddlock_inherited_total", { rule: "pinned-image" })).toBeGreaterThan(before);
    const inherited = cluster.auditEvents().flatMap(({ annotations, objectRef }) => {
      const written = objectOf(annotations)["validate.paddlock.dev/inherited"];
      return objectOf(objectRef).resource === "pods" && typeof written === "string" ? [written] : [];
    });
    expect(inherited.at(-1)).toMatch(/pinned-image spec\.containers\[0\]\.image \(ocr\) until \S+Z/);
  });

  test("scaling up reports success, and Pods come", async () => {
    const done = await cluster.kubectl(["-n", "ml", "scale", "deployment/old", "--replicas=4"]);
    expect(done).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(() => podsOf("old"), { timeout: 30_000 }).toBe(4);
  });

  test("a restart makes a new ReplicaSet, whose Pods come", async () => {
    const sets = async (): Promise<number> => (await objects("/apis/apps/v1", "replicasets", "old")).length;
    const before = await sets();
    expect(await cluster.kubectl(["-n", "ml", "rollout", "restart", "deployment/old"])).toMatchObject({ status: 0 });
    await expect.poll(sets, { timeout: 30_000 }).toBe(before + 1);
    await expect.poll(async () => (await restarted()).length, { timeout: 30_000 }).toBeGreaterThan(0);
  });

  test("a Job of its old CronJob is made, and its Pod", async () => {
    // The Jobs of minutes before the enforcement were let in without a word.
    const made = (): boolean =>
      cluster.auditEvents().some(({ annotations, objectRef }) => {
        const written = objectOf(annotations)["validate.paddlock.dev/inherited"];
        return objectOf(objectRef).resource === "jobs" && typeof written === "string";
      });
    await expect.poll(made, { timeout: 90_000 }).toBe(true);
    await expect.poll(async () => (await pods("nightly")).length, { timeout: 90_000 }).toBeGreaterThan(0);
  });

  test("a change that brings a violation is denied, and a new object", async () => {
    const change = await cluster.kubectl(["-n", "ml", "set", "image", "deployment/old", `ocr=${WORSE}`]);
    expect(change.status).toBe(1);
    expect(change.stderr).toContain("paddle-ocr:nightly");
    expect(await create(workload("Deployment", "fresh", "ml", privileged(BAD)))).toMatchObject({ status: 1 });
  });

  test("a Pod that somebody calls one of the old ReplicaSet's is judged as his own", async () => {
    const [set] = await objects("/apis/apps/v1", "replicasets", "old");
    const { name, uid } = objectOf(set?.metadata);
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: name ?? "", uid: uid ?? "", controller: true };
    const forged = workload("Pod", "forged", "ml", privileged(BAD));
    expect(
      await create({ ...forged, metadata: { ...objectOf(forged.metadata), ownerReferences: [owner] } }),
    ).toMatchObject({ status: 1 });
  });

  test("an audit tells what lives on it, and until when", async () => {
    const done = await paddlock.audit();
    // It is wrapped for a terminal.
    expect((done.stdout + done.stderr).replaceAll(/\s+/g, " ")).toMatch(
      /ml\/deployment\.apps\/old was there before its namespace was enforced, and its new Pods are let in until \S+Z/,
    );
    expect(done.stdout + done.stderr).not.toMatch(/forbidden/i);
  });

  test("helm keeps it where its values do, and begins by itself what they newly enforce", async () => {
    const [before] = await entries();
    await paddlock.upgrade(
      values([
        { match: ["ml"], mode: "enforce" },
        { match: ["later"], mode: "enforce" },
      ]),
    );
    const [kept, begun] = await entries();
    expect(kept).toEqual(before);
    expect(Date.parse(begun?.since ?? "")).toBeGreaterThan(Date.now() - 60_000);
    await paddlock.upgrade(
      values([
        { match: ["ml"], mode: "enforce" },
        { match: ["later"], mode: "enforce" },
      ]),
    );
    expect((await entries())[1]).toEqual(begun);
  });

  test("when its end has come, it is denied, and that is said", async () => {
    const over = { match: ["ml"], mode: "enforce", since: (await entries())[0]?.since ?? "", until: soon() };
    await paddlock.upgrade(values([over]));
    await new Promise((settle) => setTimeout(settle, 2500));
    const before = await paddlock.metric("paddlock_requests_total", { kind: "Pod", allowed: "false" });
    await cluster.client.delete("/api/v1/namespaces/ml/pods?labelSelector=app%3Dold&gracePeriodSeconds=0");
    await waitUntil("its Pods are denied", async () => {
      return (await paddlock.metric("paddlock_requests_total", { kind: "Pod", allowed: "false" })) > before;
    });
    const told = async (): Promise<string> => {
      const events = await listOfObjects(cluster, "/api/v1/namespaces/ml/events");
      return events.flatMap(({ reason, message }) => (reason === "FailedCreate" ? [String(message)] : [])).join("\n");
    };
    await expect.poll(told, { timeout: 20_000 }).toContain(`that was let in until ${over.until} at most`);
  });

  test("with onUpdate: all scaling up is denied by the template, and scaling down is not", async () => {
    await paddlock.upgrade(values([{ match: ["ml"], mode: "enforce" }], "all"));
    await waitUntil("scaling up is denied", async () => {
      return (await cluster.kubectl(["-n", "ml", "scale", "deployment/old", "--replicas=9"])).status === 1;
    });
    const denied = await cluster.kubectl(["-n", "ml", "scale", "deployment/old", "--replicas=9"]);
    expect(denied.stderr).toMatch(/Deployment ml\/old has \d+ violations/);
    expect(denied.stderr).toMatch(/Judged is its pod template, because its replicas rise from \d+ to 9/);
    const down = await cluster.kubectl(["-n", "ml", "scale", "deployment/old", "--replicas=1"]);
    expect(down).toMatchObject({ status: 0 });
  });

  test("the way back is one command, too", async () => {
    const done = await shell(back);
    expect(done).toMatchObject({ status: 0, stderr: "" });
    await paddlock.configure();
    await waitUntil("nothing is denied", async () => (await tryOut("ml")).status === 0);
    expect(await shell(back.replace("--warn", "--off"))).toMatchObject({ status: 0 });
    expect(await paddlock.configuration()).not.toContain("ml");
  });
});

/** The plugin's commands of the guide's section. */
function steps(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "../../docs/admission.md"), "utf8");
  const [, section = ""] = /## From warnings to enforcement\n([\s\S]*?)\n## /.exec(text) ?? [];
  return [...section.matchAll(/(?:^ *|`)(kubectl paddlock [^`\n]+)/gm)].map(([, line = ""]) => line);
}

function values(namespaces: readonly JsonValue[] = [], onUpdate = "new"): { readonly [key: string]: JsonValue } {
  return { config: { extends: "recommended", admission: { mode: "warn", onUpdate, namespaces: [...namespaces] } } };
}

async function entries(): Promise<
  { readonly match: string[]; readonly mode: string; readonly since?: string; readonly until?: string }[]
> {
  return parse(await paddlock.configuration()).admission.namespaces;
}

function soon(): string {
  return new Date(Date.now() + 1500).toISOString().replace(/\.\d+Z$/, "Z");
}

function privileged(image: string, pod: PodSpec = goodPod()): PodSpec {
  const securityContext = { privileged: true, runAsUser: 0 };
  return { ...pod, containers: pod.containers.map((each) => ({ ...each, image, securityContext })) };
}

function cronJob(): JsonObject {
  const made = workload("CronJob", "nightly", "ml", privileged(BAD, goodJobPod()));
  return { ...made, spec: { ...objectOf(made.spec), schedule: "* * * * *" } };
}

function create(object: JsonObject): Promise<CommandResult> {
  return cluster.kubectl(["create", "-f", "-"], { input: JSON.stringify(object) });
}

/** A Pod that breaks rules; nothing is stored. */
function tryOut(namespace: string): Promise<CommandResult> {
  return cluster.kubectl(["-n", namespace, "run", "try", `--image=${BAD}`, "--dry-run=server"]);
}

function shell(line: string): Promise<CommandResult> {
  return paddlock.shell(line, folder);
}

function objects(root: string, plural: string, app: string): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, `${root}/namespaces/ml/${plural}?labelSelector=app%3D${app}`);
}

async function pods(app: string): Promise<readonly JsonObject[]> {
  const all = await objects("/api/v1", "pods", app);
  return all.filter((pod) => textOf(valueAt(pod, ["metadata", "deletionTimestamp"])) === null);
}

async function podsOf(app: string): Promise<number> {
  return (await pods(app)).length;
}

async function restarted(): Promise<readonly JsonObject[]> {
  const at = ["metadata", "annotations", "kubectl.kubernetes.io/restartedAt"];
  return (await pods("old")).filter((pod) => textOf(valueAt(pod, at)) !== null);
}
