import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import { isObject, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { additions, injectedPod, injectors } from "../admission/injected.ts";
import { Authority } from "./harness/authority.ts";
import { installKinds, PADDLE_JOB } from "./harness/custom-kinds.ts";
import { INJECT, Injector } from "./harness/injector.ts";
import { applyAll, createNamespaces, listOfObjects, textAt } from "./harness/objects.ts";
import { PADDLOCK, PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { askedBy, registerWebhook } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodJobPod, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const OPERATOR = "paddle-system/paddle-manager-sa";
const CONFIG = `
extends: recommended
admission:
  mode: enforce
  namespaces: [{ match: [warned], mode: warn }]
`;
const TRUSTING = `${CONFIG}  operators: { presets: [paddle-operator] }\n`;
const BAD = "registry.tenant.example.com/paddle-miner:latest";
const NAMESPACES = ["team-a", "team-b", "warned", "paddle-system", "paddlock-system"];

let cluster: Cluster;
let authority: Authority;
let server: PaddlockServer;
let injector: Injector;
/** Kubeconfigs: a tenant with both namespaces, a service account of his other one, and an operator's. */
let tina: string;
let mover: string;
let operator: string;

beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true, users: [{ name: "tina", groups: ["tenants"] }] });
  await createNamespaces(cluster, NAMESPACES);
  await installKinds(cluster, [PADDLE_JOB]);
  const accounts = ["team-b/mover", OPERATOR, "paddlock-system/paddlock"];
  await applyAll(cluster, [
    ...["team-a", "team-b", "warned"].flatMap((namespace) => [closedNamespacePolicy(namespace), modelClaim(namespace)]),
    ...accounts.map((account) => serviceAccount(account)),
    paddleJobRole,
    ...["team-a", "team-b", "warned"].flatMap((namespace) => [
      ...["admin", "paddle-jobs"].flatMap((role) => [
        binding(namespace, role, { kind: "User", name: "tina", apiGroup: "rbac.authorization.k8s.io" }),
        binding(namespace, role, subject("team-b/mover")),
        binding(namespace, role, subject(OPERATOR)),
      ]),
    ]),
    ...chartPermissions(),
  ]);
  for (const namespace of ["team-a", "team-b", "warned"]) {
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
    await waitUntil(account, async () => (await cluster.client.get(account)).status === 200);
  }
  tina = cluster.writeKubeconfig("tina.kubeconfig", cluster.token("tina"));
  mover = await kubeconfigOf("team-b/mover");
  operator = await kubeconfigOf(OPERATOR);
  authority = await Authority.create();
  injector = await Injector.start(cluster, await authority.server(), authority.ca, additions);
  server = await serve(CONFIG);
});
afterAll(async () => {
  injector?.stop();
  await cluster?.stop();
});

describe("a tenant with two namespaces", () => {
  test("gains nothing by a harmless PaddleJob for an owner, and a service account of the other namespace", async () => {
    const owner = await made("team-a", "train");
    const pod = ownedPod("team-a", "stolen", owner);
    const proxy = { name: "istio-proxy", image: GOOD, securityContext: { privileged: true, runAsUser: 0 } };
    const spec = objectOf(pod.spec);
    const privileged = { ...pod, spec: { ...spec, containers: [...(spec.containers as JsonValue[]), proxy] } };
    for (const kubeconfig of [mover, tina]) {
      const done = await create(privileged, kubeconfig);
      expect(done.status).toBe(1);
      expect(done.stderr).toContain('"istio-proxy" is privileged');
      expect(done.stderr).toContain("probe-delays");
    }
    expect((await create(privileged, mover)).stderr).toContain(
      "If team-b/mover is an operator of yours, an administrator may trust it: " +
        "admission.operators.serviceAccounts: [{name: team-b/mover, like: paddle-operator}]",
    );
    await expect
      .poll(() => server.metric("paddlock_untrusted_operators_total", { account: "team-b/mover" }))
      .toBeGreaterThan(0);
    const told = (): Record<string, unknown>[] =>
      server.log().filter(({ msg }) => msg === "an operator is at work that is not trusted");
    // The log comes in lines, some of them later than what they tell of is known elsewhere.
    await expect.poll(told).not.toHaveLength(0);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatchObject({
      level: "warn",
      account: "team-b/mover",
      owner: "PaddleJob",
      namespace: "team-a",
    });
  });

  test("gains nothing by the ReplicaSet, Deployment or CronJob of another, with the right uid", async () => {
    expect(await create(workload("Deployment", "web", "team-a", goodPod()), tina)).toMatchObject({ status: 0 });
    const sets = "/apis/apps/v1/namespaces/team-a/replicasets?labelSelector=app=web";
    await expect.poll(async () => (await listOfObjects(cluster, sets)).length, { timeout: 20_000 }).toBe(1);
    const [set] = await listOfObjects(cluster, sets);
    // Its Pods come into being, with the rights that the chart gives the webhook.
    await expect.poll(async () => (await podsOf("team-a", "web")).length, { timeout: 20_000 }).toBe(2);
    const deployment = (await cluster.client.get("/apis/apps/v1/namespaces/team-a/deployments/web")).body;
    const cron = await made("team-a", "nightly", workload("CronJob", "nightly", "team-a", goodJobPod()));
    const forged: [JsonObject, string][] = [
      [owned(badPod("team-a", "p"), reference("apps/v1", "ReplicaSet", set ?? {})), "probe-delays"],
      [owned(badReplicaSet("team-a", "rs"), reference("apps/v1", "Deployment", deployment)), "probe-delays"],
      [owned(badJob("team-a", "j"), cron), "pinned-image"],
      [owned(badPod("team-a", "p"), reference("apps/v1", "Deployment", deployment)), "probe-delays"],
    ];
    for (const [object, rule] of forged) {
      for (const kubeconfig of [mover, tina]) {
        const done = await create(object, kubeconfig);
        expect(done.status).toBe(1);
        expect(done.stderr).toContain(rule);
      }
    }
  });

  test("hides nothing from the audit, where the door only warned", async () => {
    expect(await create(workload("Deployment", "web", "warned", goodPod()), tina)).toMatchObject({ status: 0 });
    const sets = "/apis/apps/v1/namespaces/warned/replicasets?labelSelector=app=web";
    await expect.poll(async () => (await listOfObjects(cluster, sets)).length, { timeout: 20_000 }).toBe(1);
    const [set] = await listOfObjects(cluster, sets);
    const deployment = reference(
      "apps/v1",
      "Deployment",
      (await cluster.client.get("/apis/apps/v1/namespaces/warned/deployments/web")).body,
    );
    const job = await made("warned", "train");
    const cron = await made("warned", "nightly", workload("CronJob", "nightly", "warned", goodJobPod()));
    const replicaSet = reference("apps/v1", "ReplicaSet", set ?? {});
    const forged = [
      owned(badPod("warned", "of-replica-set"), replicaSet),
      owned(badPod("warned", "of-paddle-job"), job),
      owned(badPod("warned", "of-nobody"), { ...job, uid: "00000000-0000-4000-8000-000000000000" }),
      owned(badReplicaSet("warned", "of-deployment"), deployment),
      owned(badJob("warned", "of-cron-job"), cron),
      owned(workloadOf("Deployment", "warned", "of-paddle-job"), job),
    ];
    // The garbage collector and the controllers may take some of them away: they are looked at as they are made.
    cluster.process("kube-controller-manager").signal("SIGSTOP");
    try {
      for (const object of forged) expect(await create(object, tina)).toMatchObject({ status: 0 });
      const found = await audit("warned");
      const expected = [
        "deployment.apps/of-paddle-job pinned-image",
        "job.batch/of-cron-job pinned-image",
        "pod/of-nobody pinned-image",
        "pod/of-paddle-job pinned-image",
        "pod/of-replica-set pinned-image",
        "replicaset.apps/of-deployment pinned-image",
      ];
      for (const each of expected) expect(found).toContain(`warned/${each}`);
      expect(found.filter((each) => each.startsWith("warned/pod/web-"))).toEqual([]);
    } finally {
      cluster.process("kube-controller-manager").signal("SIGCONT");
    }
  });
});

describe("an operator", () => {
  test("that the configuration trusts makes Pods whose serving is for their owner to say; for no other owner", async () => {
    const owner = await made("team-b", "train");
    expect((await create(ownedPod("team-b", "worker-0", owner), operator)).status).toBe(1);
    await reload(TRUSTING);
    const pod = ownedPod("team-b", "worker-0", owner);
    expect(await create(pod, operator)).toMatchObject({ status: 0, stderr: "" });
    const strange = ownedPod("team-b", "worker-1", { ...owner, uid: "00000000-0000-4000-8000-000000000000" });
    const done = await create(strange, operator);
    expect(done.status).toBe(1);
    expect(done.stderr).toContain("probe-delays");
    expect((await create(owned(badPod("team-b", "worker-2"), owner), operator)).stderr).toContain("pinned-image");
    expect((await create(ownedPod("team-b", "worker-3", owner), mover)).status).toBe(1);
    const labelled = await cluster.kubectl(["-n", "team-b", "label", "pod", "worker-0", "a=b"], { kubeconfig: tina });
    expect(labelled).toMatchObject({ status: 0, stderr: "" });
    await reload(CONFIG);
  });

  test("whose owners the webhook may not read is answered as onError says", async () => {
    const owner = await made("team-b", "unread");
    await cluster.kubectl(["delete", "clusterrolebinding", "paddlock"]);
    const blind = await serve(TRUSTING);
    const denied = await create(ownedPod("team-b", "blind-0", owner), operator);
    expect(denied.status).toBe(1);
    expect(denied.stderr).toContain("PaddleJob unread could not be looked up: 403 Forbidden");
    expect(await blind.metric("paddlock_review_failures_total")).toBeGreaterThan(0);
    const allowing = await serve(`${TRUSTING}  onError: allow\n`);
    const allowed = await create(ownedPod("team-b", "blind-1", owner), operator);
    expect(allowed).toMatchObject({ status: 0 });
    expect(allowed.stderr).toContain("could not judge this request");
    expect(await allowing.metric("paddlock_review_failures_total")).toBeGreaterThan(0);
    await applyAll(cluster, chartPermissions());
    server = await serve(CONFIG);
  });
});

describe.each(["recommended", "strict"])("what a mutating webhook injects into a tenant's Pod under %s", (profile) => {
  beforeAll(async () => {
    server = await serve(CONFIG.replace("recommended", profile));
  });

  test.each(injectors)("%s is let in", async (mesh) => {
    const pod = {
      ...injectedPod(null),
      metadata: { name: mesh, namespace: "team-a", labels: { app: "m", [INJECT]: mesh } },
    };
    expect(await create(pod, tina)).toMatchObject({ status: 0 });
    const { body } = await cluster.client.get(`/api/v1/namespaces/team-a/pods/${mesh}`);
    expect(JSON.stringify(body.spec)).toContain(`"name":"${addedBy(mesh)}"`);
    await cluster.kubectl(["-n", "team-a", "delete", "pod", mesh, "--now"]);
  });

  test("nothing else is, under its names", async () => {
    for (const change of [
      { command: ["sh"] },
      { image: "registry.tenant.example.com/istio/proxyv2:1.28.3" },
      { name: "istio-init2" },
    ]) {
      const pod = injectedPod("istio");
      Object.assign(pod.spec.initContainers[0] ?? {}, change);
      const done = await create({ ...pod, metadata: { name: "pretends", namespace: "team-a" } }, tina);
      expect(done.status).toBe(1);
      expect(done.stderr).toContain("run-as-non-root");
    }
  });
});

const GOOD = "registry.example.com/vision/paddle-ocr:2.6.1";

/** The first container that an injector adds. */
function addedBy(mesh: string): string {
  const { initContainers, containers } = additions(mesh);
  const [first] = [initContainers, containers].flatMap((list) => (Array.isArray(list) ? list : []));
  return textAt(first, "name");
}

/** A server with the rights that the chart gives it, registered in place of an earlier one. */
async function serve(config: string): Promise<PaddlockServer> {
  const kubeconfig = await kubeconfigOf("paddlock-system/paddlock");
  const started = await PaddlockServer.start(cluster, { config, certificate: await authority.server(), kubeconfig });
  await registerWebhook(cluster, { client: { url: `${started.url}/validate` }, ca: authority.ca }, askedBy(started));
  return started;
}

async function reload(config: string): Promise<void> {
  const taken = "paddlock_configuration_last_reload_success_timestamp_seconds";
  const before = await server.metric(taken);
  server.configure(config);
  await expect.poll(() => server.metric(taken), { timeout: 20_000 }).toBeGreaterThan(before);
}

function create(object: JsonObject, kubeconfig: string): Promise<CommandResult> {
  return cluster.kubectl(["create", "-f", "-"], { input: JSON.stringify(object), kubeconfig });
}

/** Makes an object by the tenant, and gives a reference to it as a controller. */
async function made(
  namespace: string,
  name: string,
  object: JsonObject = workload("PaddleJob", name, namespace, goodJobPod()),
): Promise<JsonObject> {
  const done = await cluster.kubectl(["create", "-f", "-", "-o=json"], {
    input: JSON.stringify(object),
    kubeconfig: tina,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return reference(String(object.apiVersion), String(object.kind), JSON.parse(done.stdout));
}

function reference(apiVersion: string, kind: string, object: JsonObject): JsonObject {
  return {
    apiVersion,
    kind,
    name: textAt(object, "metadata", "name"),
    uid: textAt(object, "metadata", "uid"),
    controller: true,
  };
}

function owned(object: JsonObject, owner: JsonObject): JsonObject {
  return { ...object, metadata: { ...objectOf(object.metadata), ownerReferences: [owner] } };
}

/** A Pod that is right but for probes, which are its owner's to have. */
function ownedPod(namespace: string, name: string, owner: JsonObject): JsonObject {
  return owned(workload("Pod", name, namespace, withoutProbes()), owner);
}

function withoutProbes() {
  const pod = goodPod();
  for (const container of pod.containers) {
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) delete container[probe];
  }
  return pod;
}

function badPod(namespace: string, name: string): JsonObject {
  const pod = withoutProbes();
  for (const container of pod.containers) container.image = BAD;
  return workload("Pod", name, namespace, pod);
}

function workloadOf(kind: "Deployment", namespace: string, name: string): JsonObject {
  const pod = withoutProbes();
  for (const container of pod.containers) container.image = BAD;
  return workload(kind, name, namespace, pod);
}

function badReplicaSet(namespace: string, name: string): JsonObject {
  return { ...workloadOf("Deployment", namespace, name), kind: "ReplicaSet" };
}

function badJob(namespace: string, name: string): JsonObject {
  const pod = goodJobPod();
  for (const container of pod.containers) container.image = BAD;
  const template = { metadata: { labels: { app: name } }, spec: pod };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace }, spec: { template } };
}

function podsOf(namespace: string, app: string): Promise<readonly JsonObject[]> {
  return listOfObjects(cluster, `/api/v1/namespaces/${namespace}/pods?labelSelector=app=${app}`);
}

/** What `paddlock audit` finds in a namespace: `object rule`. */
function audit(namespace: string): Promise<string[]> {
  const words = [PADDLOCK, "audit", "-n", namespace, "--format", "json", "--kubeconfig", cluster.kubeconfig];
  return new Promise((settle, fail) => {
    execFile(process.execPath, words, { maxBuffer: 64 << 20 }, (_, stdout, stderr) => {
      try {
        const { findings }: { findings: { file: string; rule: string }[] } = JSON.parse(stdout);
        settle(findings.map(({ file, rule }) => `${file} ${rule}`));
      } catch {
        fail(new Error(`${stdout}${stderr}`));
      }
    });
  });
}

function kubeconfigOf(account: string): Promise<string> {
  const [namespace = "", name = ""] = account.split("/");
  return cluster.serviceAccountKubeconfig(namespace, name);
}

function serviceAccount(account: string): JsonObject {
  const [namespace = "", name = ""] = account.split("/");
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name } };
}

function subject(account: string): JsonObject {
  const [namespace = "", name = ""] = account.split("/");
  return { kind: "ServiceAccount", namespace, name };
}

let bindings = 0;
function binding(namespace: string, role: string, who: JsonObject): JsonObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { namespace, name: `b-${++bindings}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [who],
  };
}

const paddleJobRole: JsonObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "paddle-jobs" },
  rules: [{ apiGroups: ["batch.paddlepaddle.org"], resources: ["paddlejobs"], verbs: ["*"] }],
};

/** The ClusterRole of the webhook, and its binding, as the chart renders them. */
function chartPermissions(): JsonObject[] {
  const file = join(import.meta.dirname, "../../deploy/kustomize/base/permissions.yaml");
  const objects = parseFile(readFileSync(file, "utf8"), "yaml").documents.flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
  return objects.filter(({ kind }) => kind === "ClusterRole" || kind === "ClusterRoleBinding");
}
