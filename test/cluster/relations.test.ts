import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../src/commands/check/check.ts";
import { listOf, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { installKinds } from "./harness/custom-kinds.ts";
import { Installation } from "./harness/installation.ts";
import { applyAll, createNamespaces, textAt } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const data = process.env.PADDLOCK_DATA;
const config = {
  extends: "recommended",
  rules: { "hpa-target": { requireScaler: true }, "argo-application": { unpinned: "error" } },
  admission: { mode: "warn", namespaces: [{ match: ["ml"], mode: "enforce" }] },
};
const waiting = { timeout: 20_000 };
/** Enforced, and not. */
const NAMESPACES = ["ml", "web"];

interface Told {
  readonly level: JsonValue;
  readonly path: JsonValue;
  readonly message: JsonValue;
  /** The other objects that it speaks of: `Deployment/ocr`. */
  readonly related: readonly string[];
}

interface Case {
  readonly what: string;
  readonly rule: "hpa-target" | "argo-application";
  /** What is there before. */
  readonly beside: readonly JsonObject[];
  readonly object: JsonObject;
  readonly told: readonly Told[];
}

const cpu: JsonObject = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
};
const queue: JsonObject = {
  type: "External",
  external: { metric: { name: "ocr_queue_length" }, target: { type: "AverageValue", averageValue: "10" } },
};

const cases: readonly Case[] = [
  {
    what: "an HPA whose target has no request for what it measures",
    rule: "hpa-target",
    beside: [server("bare", false)],
    object: hpa("on-bare", "bare", { metrics: [cpu] }),
    told: [
      {
        level: "error",
        path: "spec.metrics[0].resource",
        message:
          'the use of cpu is measured against a request that ocr of the Deployment "bare" does not have: it never scales',
        related: ["Deployment/bare"],
      },
    ],
  },
  {
    what: "an HPA with no room between its bounds",
    rule: "hpa-target",
    beside: [server("fixed")],
    object: hpa("on-fixed", "fixed", { minReplicas: 3, maxReplicas: 3 }),
    told: [
      {
        level: "warning",
        path: "spec.maxReplicas",
        message: "at least and at most 3 replicas: nothing is scaled",
        related: [],
      },
    ],
  },
  {
    what: "a second HPA on one target",
    rule: "hpa-target",
    beside: [server("shared"), hpa("first", "shared", { metrics: [cpu] })],
    object: hpa("second", "shared", {}),
    told: [
      {
        level: "error",
        path: "spec.scaleTargetRef",
        message: 'HorizontalPodAutoscaler first scales the Deployment "shared" too: each undoes what the other did',
        related: ["HorizontalPodAutoscaler/first"],
      },
    ],
  },
  {
    what: "a ScaledObject beside an HPA",
    rule: "hpa-target",
    beside: [server("queued"), hpa("by-cpu", "queued", { metrics: [cpu] })],
    object: scaledObject("by-queue", "queued"),
    told: [
      {
        level: "error",
        path: "spec.scaleTargetRef",
        message: 'HorizontalPodAutoscaler by-cpu scales the Deployment "queued" too: each undoes what the other did',
        related: ["HorizontalPodAutoscaler/by-cpu"],
      },
    ],
  },
  {
    what: "an HPA that misspells a kind",
    rule: "hpa-target",
    beside: [server("small")],
    object: hpa("on-small", "small", { scaleTargetRef: { apiVersion: "apps/v1", kind: "deployment", name: "small" } }),
    told: [
      {
        level: "error",
        path: "spec.scaleTargetRef.kind",
        message: 'there is no kind "deployment": did you mean "Deployment"?',
        related: [],
      },
    ],
  },
  {
    what: "an Application that follows HEAD in the project default",
    rule: "argo-application",
    beside: [],
    object: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "ocr" },
      spec: {
        project: "default",
        destination: { server: "https://kubernetes.default.svc", namespace: "ocr" },
        source: { repoURL: "https://git.example.com/ai/ocr.git", path: "deploy", targetRevision: "HEAD" },
      },
    },
    told: [
      {
        level: "error",
        path: "spec.source.targetRevision",
        message: '"HEAD" is the tip of the default branch: what is deployed changes with every push to it',
        related: [],
      },
      {
        level: "warning",
        path: "spec.project",
        message: 'the project is "default", which lets its Applications deploy from everywhere to everywhere',
        related: [],
      },
    ],
  },
  {
    what: "an AppProject that is open to everything",
    rule: "argo-application",
    beside: [],
    object: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "everything" },
      spec: { sourceRepos: ["*"], destinations: [{ server: "https://kubernetes.default.svc", namespace: "ocr" }] },
    },
    told: [
      {
        level: "error",
        path: "spec.sourceRepos[0]",
        message: 'the project takes manifests from every repository ("*")',
        related: [],
      },
    ],
  },
];

let cluster: Cluster;
let paddlock: Installation;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true });
  await createNamespaces(cluster, NAMESPACES);
  await applyAll(
    cluster,
    NAMESPACES.flatMap((each) => [closedNamespacePolicy(each), modelClaim(each)]),
  );
  await installOperators();
  paddlock = await Installation.start(cluster, { config });
  await waitUntil("it is asked", async () => {
    const asked = hpa("try-out", "nothing", { minReplicas: 5, maxReplicas: 5 });
    return (await apply(asked, "ml", "--dry-run=server")).includes("at least and at most 5 replicas");
  });
}, 240_000);
afterAll(async () => {
  await paddlock?.stop();
  await cluster?.stop();
});

describe("with the rights and the webhook that the chart gives", () => {
  test.each(cases)("$what has the same findings at every door", async ({ rule, beside, object, told }) => {
    const expected = [...told].sort(byPath);
    expect(await byCheck(rule, [...beside, object], object)).toEqual(expected);
    for (const each of beside) for (const namespace of NAMESPACES) await made(each, namespace);

    // What stands beside it is known by a watch, a moment after it was made.
    const errors = told.filter(({ level }) => level === "error");
    const notes = told.filter(({ level }) => level !== "error").map((each) => warning(each, rule, object));
    const denied = errors.flatMap(({ path, message }) => [path, message]);
    await expect.poll(() => unsaid([...denied, ...notes], object, "ml"), waiting).toEqual([]);
    const answer = await apply(object, "ml");
    if (errors.length > 0) expect(answer).toContain('admission webhook "objects.paddlock.dev" denied the request');
    else expect(answer).toContain("created");

    const warnings = told.map((each) => warning(each, rule, object));
    await expect.poll(() => unsaid(warnings, object, "web"), waiting).toEqual([]);
    expect(await apply(object, "web")).toContain("created");
    expect(await byAudit("web", rule, object)).toEqual(expected);
  });

  test("the HPA that KEDA makes of a ScaledObject is no second scaler", async () => {
    const scaled = scaledObject("by-keda", "elastic");
    await made(server("elastic"), "ml");
    await made(scaled, "ml");
    const { body } = await cluster.client.get("/apis/keda.sh/v1alpha1/namespaces/ml/scaledobjects/by-keda");
    const owner = {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      name: "by-keda",
      uid: textAt(body, "metadata", "uid"),
      controller: true,
    };
    const its = hpa("keda-hpa-by-keda", "elastic", {});
    const answer = await apply({ ...its, metadata: { name: "keda-hpa-by-keda", ownerReferences: [owner] } }, "ml");
    expect(answer).toContain("created");
    expect(answer).not.toContain("hpa-target");
    for (const each of [its, scaled]) expect(await byAudit("ml", "hpa-target", each)).toEqual([]);
    // One that nobody made of it is.
    const rival = hpa("rival", "elastic", {});
    await expect.poll(() => unsaid(["ScaledObject by-keda scales"], rival, "ml"), waiting).toEqual([]);
    expect(await apply(rival, "ml", "--dry-run=server")).not.toContain("keda-hpa-by-keda");
  });

  test("a target that is not there yet is the audit's to tell, and is known at admission as soon as it is there", async () => {
    const early = hpa("early", "later", { metrics: [cpu] });
    const absent = {
      level: "error",
      path: "spec.scaleTargetRef.name",
      message: 'there is no Deployment "later" in the set: nothing is scaled',
      related: [],
    };
    const admitted = await apply(early, "ml");
    expect(admitted).toContain("created");
    expect(admitted).not.toContain("hpa-target");
    expect(await byCheck("hpa-target", [server("other"), early], early)).toEqual([absent]);
    expect(await byAudit("ml", "hpa-target", early)).toEqual([absent]);

    await made(server("later", false), "ml");
    const lacking = 'a request that ocr of the Deployment "later" does not have';
    const another = hpa("another", "later", { metrics: [cpu] });
    await expect.poll(() => apply(another, "ml", "--dry-run=server"), waiting).toContain(lacking);
    expect((await byAudit("ml", "hpa-target", early)).map(({ message }) => message)).toEqual([
      expect.stringContaining(lacking),
    ]);
  });

  test("a scaler that is not there yet is the audit's to tell, too", async () => {
    const alone = server("alone");
    const absent = { level: "warning", path: "spec", message: "nothing scales this Deployment", related: [] };
    const admitted = await apply(alone, "ml");
    expect(admitted).toContain("created");
    expect(admitted).not.toContain("hpa-target");
    expect(await byCheck("hpa-target", [alone], alone)).toEqual([absent]);
    expect(await byAudit("ml", "hpa-target", alone)).toEqual([absent]);
    await made(hpa("not-alone", "alone", {}), "ml");
    expect(await byAudit("ml", "hpa-target", alone)).toEqual([]);
  });
});

/** As the API server hands it on where it denies nothing; the ends of long ones are cut off. */
function warning({ level, message }: Told, rule: string, object: JsonObject): string {
  const subject = `${object.kind}/${textAt(object, "metadata", "name")}`;
  return `Warning: ${subject} [${rule}${level === "error" ? ", would deny" : ""}] ${message}`.slice(0, 110);
}

/** Those of the texts that nobody says when an object is tried out. */
async function unsaid(
  texts: readonly JsonValue[],
  object: JsonObject,
  namespace: string,
): Promise<readonly JsonValue[]> {
  const answer = await apply(object, namespace, "--dry-run=server");
  return texts.filter((text) => !answer.includes(String(text)));
}

/** A model server with which every rule agrees; without requests for CPU where it is told so. */
function server(name: string, hasCpu = true): JsonObject {
  const pod = goodPod();
  for (const container of pod.containers) {
    if (!hasCpu)
      container.resources = { requests: { memory: "8Gi" }, limits: { memory: "16Gi", "nvidia.com/gpu": "1" } };
  }
  const { metadata, spec, ...rest } = workload("Deployment", name, "ml", pod);
  // Its number of replicas is its scaler's.
  const { replicas, ...own } = objectOf(spec);
  const { namespace, ...identity } = objectOf(metadata);
  return { ...rest, metadata: identity, spec: own };
}

function hpa(name: string, target: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [queue],
      ...spec,
    },
  };
}

function scaledObject(name: string, target: string): JsonObject {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name },
    spec: {
      scaleTargetRef: { name: target },
      minReplicaCount: 2,
      maxReplicaCount: 6,
      triggers: [{ type: "redis", metadata: { listName: "ocr" } }],
    },
  };
}

/** The kinds of Argo CD and KEDA, by their real definitions where these are at hand. */
async function installOperators(): Promise<void> {
  if (data === undefined) {
    await installKinds(cluster, [
      { group: "argoproj.io", versions: ["v1alpha1"], kind: "Application" },
      { group: "argoproj.io", versions: ["v1alpha1"], kind: "AppProject" },
      { group: "keda.sh", versions: ["v1alpha1"], kind: "ScaledObject" },
    ]);
    return;
  }
  for (const name of ["argoproj.io_applications", "argoproj.io_appprojects", "keda.sh_scaledobjects"]) {
    const done = await cluster.kubectl(["create", "-f", join(data, "crds", `${name}.yaml`)]);
    if (done.status !== 0) throw new Error(done.stderr);
  }
  const kinds = "applications.argoproj.io,appprojects.argoproj.io,scaledobjects.keda.sh";
  await waitUntil("they are served", async () => (await cluster.kubectl(["get", "-A", kinds])).status === 0);
}

/** Everything that kubectl says. */
async function apply(object: JsonObject, namespace: string, ...words: readonly string[]): Promise<string> {
  const all = ["apply", "-n", namespace, "-f", "-", ...words];
  const { stdout, stderr } = await cluster.kubectl(all, { input: JSON.stringify(object) });
  return stdout + stderr;
}

async function made(object: JsonObject, namespace: string): Promise<void> {
  expect(await apply(object, namespace)).toContain("created");
}

async function byCheck(rule: string, objects: readonly JsonObject[], about: JsonObject): Promise<readonly Told[]> {
  const cwd = cluster.processes.folder;
  const file = join(cwd, "checked.yaml");
  writeFileSync(file, objects.map((object) => `${JSON.stringify(object)}\n---\n`).join(""));
  const configuration = join(cwd, "checked.config.yaml");
  writeFileSync(configuration, JSON.stringify(config));
  const { report } = await check({ paths: [file], cwd, config: configuration, rules: [rule], language: "en" });
  return toldOf(
    [...report.findings].map((finding) => objectOf(JSON.parse(JSON.stringify(finding)))),
    rule,
    about,
  );
}

/** As the chart's CronJob finds it, with the account of that. */
async function byAudit(namespace: string, rule: string, about: JsonObject): Promise<readonly Told[]> {
  const { stdout, stderr } = await paddlock.audit(["-n", namespace, "--format", "json"]);
  expect(stderr).not.toContain("not allowed");
  return toldOf(listOf(JSON.parse(stdout).findings).map(objectOf), rule, about);
}

function toldOf(findings: readonly JsonObject[], rule: string, about: JsonObject): readonly Told[] {
  const name = textAt(about, "metadata", "name");
  return findings
    .filter((finding) => finding.rule === rule)
    .filter(({ resource }) => objectOf(resource).kind === about.kind && objectOf(resource).name === name)
    .map(({ level, path, message, related }) => ({
      level: level ?? null,
      path: path ?? null,
      message: message ?? null,
      related: listOf(related).map(
        (each) => `${valueAt(each, ["resource", "kind"])}/${textAt(each, "resource", "name")}`,
      ),
    }))
    .sort(byPath);
}

function byPath(one: Told, other: Told): number {
  return String(one.path).localeCompare(String(other.path));
}
