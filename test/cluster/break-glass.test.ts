import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectOf, textOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { RELEASE_NAMESPACE } from "./harness/helm.ts";
import { Installation } from "./harness/installation.ts";
import { applyAll, createNamespaces, listOfObjects } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const guide = join(import.meta.dirname, "../../docs/admission-outage.md");
const records = `/api/v1/namespaces/${RELEASE_NAMESPACE}/configmaps/paddlock-exemptions`;

let cluster: Cluster;
let paddlock: Installation;
let folder: string;
beforeAll(async () => {
  const users = [
    { name: "dana", groups: ["example:on-call"] },
    { name: "root", groups: ["example:exempt"] },
    { name: "tenant", groups: [] },
  ];
  cluster = await Cluster.start({ controllers: true, users });
  await createNamespaces(cluster, ["ml"]);
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml")]);
  for (const user of ["dana", "root", "tenant"]) {
    await cluster.kubectl(["-n", "ml", "create", "rolebinding", user, "--clusterrole=admin", `--user=${user}`]);
  }
  paddlock = await Installation.start(cluster, {
    config: { extends: "recommended", admission: { mode: "enforce", exempt: { groups: ["example:exempt"] } } },
    breakGlass: { subjects: [{ kind: "Group", name: "example:on-call", apiGroup: "rbac.authorization.k8s.io" }] },
  });
  await waitUntil("what breaks a rule is denied", async () => (await run("try", "tenant")).status === 1);
  folder = join(cluster.processes.folder, "walk");
  mkdirSync(folder);
});
afterAll(async () => {
  await paddlock?.stop();
  await cluster?.stop();
});

describe("the guide's break-glass, step by step", () => {
  // As it stands there, the steps of the first way.
  const [exempt = "", apply = "", list = "", end = ""] = steps();

  test("has four steps", () => {
    expect(steps()).toHaveLength(4);
  });

  test("what the record is for is denied before", async () => {
    writeFileSync(join(folder, "ocr.yaml"), JSON.stringify(bad("ocr")));
    expect(await shell(apply, "dana")).toMatchObject({ status: 1 });
  });

  test("who is on call writes a record of an object that is not there yet", async () => {
    const done = await shell(exempt, "dana");
    const stderr = "warning: there is no deployment.apps/ocr in ml yet, and the record is for when there is\n";
    expect(done).toMatchObject({ status: 0, stderr });
    expect(done.stdout).toMatch(
      /^deployment\.apps\/ocr in ml and what its controllers make of it are let in until \S+Z\n$/,
    );
    await waitUntil("the record is in force", async () => {
      return (await paddlock.metric("paddlock_exemption_records", { state: "in-force" })) === 1;
    });
  });

  test("the Deployment is let in with a word, and its ReplicaSet and Pods follow", async () => {
    const done = await shell(apply, "dana");
    expect(done.status).toBe(0);
    expect(done.stderr).toMatch(/Warning: let in unjudged: deployment\.apps\/ocr is exempt until \S+Z/);
    expect(done.stderr).toContain("Warning: exempt by dana: hotfix, ticket 4711");
    await expect.poll(() => podsOf("ocr"), { timeout: 20_000 }).toBe(2);
    expect(await paddlock.metric("paddlock_exempt_total", { by: "record" })).toBeGreaterThanOrEqual(4);
    // Its lines are written by the batch.
    const kinds = (): unknown => {
      const told = paddlock.servers[0]?.log().filter(({ outcome }) => outcome === "exempt");
      return told?.map(({ kind }) => kind);
    };
    await expect.poll(kinds).toEqual(expect.arrayContaining(["Deployment", "ReplicaSet", "Pod"]));
  });

  test("each use is in the API server's audit log, with author and reason", () => {
    const uses = cluster.auditEvents().flatMap(({ annotations, user, objectRef }) => {
      const written = objectOf(annotations)["validate.paddlock.dev/exempt-record"];
      return written === undefined
        ? []
        : [{ written, user: objectOf(user).username, of: objectOf(objectRef).resource }];
    });
    expect(uses).toContainEqual({
      written: expect.stringMatching(/^until \S+Z, by dana: hotfix, ticket 4711$/),
      user: "system:serviceaccount:kube-system:replicaset-controller",
      of: "pods",
    });
  });

  test("the record is listed", async () => {
    const done = await shell(list, "dana");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toMatch(/^ml deployment\.apps\/ocr {2}until \S+Z {2}by dana: hotfix, ticket 4711\n$/);
  });

  test("an audit tells what lives on the record, what it breaks and until when", async () => {
    const done = await paddlock.audit();
    const told = (done.stdout + done.stderr).replaceAll(/\s+/g, " ");
    expect(told).toMatch(
      /ml\/deployment\.apps\/ocr lives on a record of break-glass until \S+Z \(by dana: hotfix, ticket 4711\); it breaks pinned-image/,
    );
    expect(told).not.toMatch(/cannot be read|forbidden/i);
  });

  test("a Pod that a tenant calls one of the Deployment's is none", async () => {
    const [set] = await listOfObjects(cluster, "/apis/apps/v1/namespaces/ml/replicasets");
    const { name, uid } = objectOf(set?.metadata);
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: name ?? "", uid: uid ?? "", controller: true };
    const forged = workload("Pod", "forged", "ml", badPod());
    const metadata = { ...objectOf(forged.metadata), ownerReferences: [owner] };
    const done = await as("tenant", ["create", "-f", "-"], { ...forged, metadata });
    expect(done.status).toBe(1);
    expect(done.stderr).toContain("pinned-image");
  });

  test("when it is ended, nothing is let in any more", async () => {
    expect(await shell(end, "dana")).toMatchObject({
      status: 0,
      stdout: "deployment.apps/ocr in ml is judged again\n",
    });
    await waitUntil("the record is gone", async () => {
      return (await paddlock.metric("paddlock_exemption_records", { state: "in-force" })) === 0;
    });
    const before = await paddlock.metric("paddlock_requests_total", { kind: "Pod", allowed: "false" });
    await cluster.client.delete("/api/v1/namespaces/ml/pods?labelSelector=app%3Docr");
    await waitUntil("its Pods are denied", async () => {
      return (await paddlock.metric("paddlock_requests_total", { kind: "Pod", allowed: "false" })) > before;
    });
    expect(await podsOf("ocr")).toBe(0);
    expect(await shell(apply.replace("apply", "replace"), "dana")).toMatchObject({ status: 0 });
    await cluster.kubectl(["-n", "ml", "delete", "deployment", "ocr"]);
    expect(await shell(apply, "dana")).toMatchObject({ status: 1 });
  });
});

describe("a record", () => {
  test("is not for a tenant to write, who rules his namespace", async () => {
    const refused = await shell('kubectl paddlock exempt deployment/ocr -n ml --for 2h --reason "I want"', "tenant");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/you may not do that in the ConfigMap paddlock-system\/paddlock-exemptions/);
    for (const verb of ["get", "update", "patch", "create", "delete"]) {
      const answer = await as("tenant", ["auth", "can-i", verb, "configmaps", "-n", RELEASE_NAMESPACE]);
      expect(answer.stdout.trim()).toBe("no");
    }
    // Nor does one of his own, by whatever name or label, lead anybody astray.
    const own = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "paddlock-exemptions", namespace: "ml" } };
    await as("tenant", ["create", "-f", "-"], { ...own, data: { a: record("ocr") } });
    expect((await run("ocr", "tenant")).status).toBe(1);
  });

  test("that is broken, or lasts too long, lets nothing in, and is told", async () => {
    const year = record("ocr").replace(/"until":"[^"]+"/, '"until":"2099-01-01T00:00:00Z"');
    const patch = JSON.stringify({ data: { broken: "yes please", year } });
    await cluster.kubectl(["-n", RELEASE_NAMESPACE, "patch", "configmap/paddlock-exemptions", "--patch", patch]);
    await waitUntil("both are told", async () => {
      return (await paddlock.metric("paddlock_exemption_records", { state: "broken" })) === 2;
    });
    const readyz = JSON.parse((await paddlock.servers[0]?.readyz()) ?? "{}");
    expect(readyz.exemptions).toMatchObject({
      configMap: "paddlock-system/paddlock-exemptions",
      state: "synced",
      broken: [
        { key: "broken", reason: "it is no JSON" },
        { key: "year", reason: "it holds longer than 24 h" },
      ],
    });
    expect(await as("tenant", ["create", "-f", "-"], bad("ocr"))).toMatchObject({ status: 1 });
    const clean = JSON.stringify({ data: { broken: null, year: null } });
    await cluster.kubectl(["-n", RELEASE_NAMESPACE, "patch", "configmap/paddlock-exemptions", "--patch", clean]);
  });

  test("is for a kind that there is, by any of its names, and may be ended once", async () => {
    const unknown = await shell('kubectl paddlock exempt deploymnt/ocr -n ml --for 2h --reason "x"', "dana");
    expect(unknown.stderr).toContain('the cluster has no kind "deploymnt"; did you mean "deployment"?');
    for (const word of ["deploy", "Deployment", "deployments.apps", "deployments.v1.apps"]) {
      const done = await shell(`kubectl paddlock exempt ${word}/ocr -n ml --for 2h --reason x`, "dana");
      expect(done, word).toMatchObject({ status: 0, stderr: expect.stringMatching(/^(warning: there is no .*\n)?$/) });
    }
    const { data } = (await cluster.client.get(records)).body;
    expect(Object.keys(objectOf(data))).toEqual(["deployment.apps_ml_ocr"]);
    expect((await shell("kubectl paddlock exempt --end deploy/ocr -n ml", "dana")).status).toBe(0);
    const again = await shell("kubectl paddlock exempt --end deploy/ocr -n ml", "dana");
    expect(again).toMatchObject({ status: 2, stderr: "paddlock: there is no record of deployment.apps/ocr in ml\n" });
  });

  test("outlives an upgrade of the chart, and is taken away with what has expired when another is written", async () => {
    const old = record("old")
      .replace(/"from":"[^"]+"/, '"from":"2026-01-01T00:00:00Z"')
      .replace(/"until":"[^"]+"/, '"until":"2026-01-01T01:00:00Z"');
    const patch = JSON.stringify({ data: { old, kept: record("kept") } });
    await cluster.kubectl(["-n", RELEASE_NAMESPACE, "patch", "configmap/paddlock-exemptions", "--patch", patch]);
    await paddlock.upgrade({ config: { extends: "recommended", admission: { mode: "enforce" } } });
    expect(Object.keys(objectOf((await cluster.client.get(records)).body.data)).sort()).toEqual(["kept", "old"]);
    await shell("kubectl paddlock exempt deploy/other -n ml --for 1m --reason x");
    const left = Object.keys(objectOf((await cluster.client.get(records)).body.data)).sort();
    expect(left).toEqual(["deployment.apps_ml_other", "kept"]);
  });
});

describe("an exemption of a GitOps tool", () => {
  test("is warned of in the log and in /readyz", async () => {
    const exempt = { serviceAccounts: ["argocd/argocd-application-controller"] };
    await paddlock.upgrade({ config: { extends: "recommended", admission: { mode: "enforce", exempt } } });
    const [server] = paddlock.servers;
    expect(JSON.parse((await server?.readyz()) ?? "{}").warnings).toEqual([
      expect.stringContaining("argocd/argocd-application-controller"),
    ]);
    await expect
      .poll(() =>
        server
          ?.log()
          .filter(({ level }) => level === "warn")
          .map(({ msg }) => msg),
      )
      .toContainEqual(expect.stringContaining("argocd/argocd-application-controller"));
  });
});

describe("an exempt author", () => {
  test("is told the command that his ReplicaSets and Pods need, and with it they come", async () => {
    await paddlock.upgrade({
      config: { extends: "recommended", admission: { mode: "enforce", exempt: { groups: ["example:exempt"] } } },
      breakGlass: { subjects: [{ kind: "Group", name: "example:on-call", apiGroup: "rbac.authorization.k8s.io" }] },
    });
    const done = await as("root", ["create", "-f", "-"], bad("shop"));
    expect(done.status).toBe(0);
    const [, command = ""] = /Warning: (kubectl paddlock exempt .*)/.exec(done.stderr) ?? [];
    expect(command).toBe("kubectl paddlock exempt deployment/shop -n ml --for 2h --reason …");
    await waitUntil("its ReplicaSet is denied", async () => {
      return (await paddlock.metric("paddlock_requests_total", { kind: "ReplicaSet", allowed: "false" })) > 0;
    });
    expect(await podsOf("shop")).toBe(0);
    expect(await shell(command.replace("…", "hotfix"), "dana")).toMatchObject({ status: 0 });
    // The controller tries again by itself, after growing waits.
    await cluster.kubectl(["-n", "ml", "annotate", "deployment", "shop", "again=1"]);
    await expect.poll(() => podsOf("shop"), { timeout: 60_000 }).toBe(2);
  });
});

/** The commands of the first way, as the guide prints them. */
function steps(): readonly string[] {
  const text = readFileSync(guide, "utf8");
  const [, block = ""] = /## Break-glass[\s\S]*?```sh\n([\s\S]*?)```/.exec(text) ?? [];
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function shell(line: string, user?: string): ReturnType<Installation["shell"]> {
  const kubeconfig = user === undefined ? cluster.kubeconfig : kubeconfigOf(user);
  return paddlock.shell(line, folder, kubeconfig);
}

function as(user: string, words: readonly string[], object?: JsonObject): ReturnType<Cluster["kubectl"]> {
  const input = object === undefined ? {} : { input: JSON.stringify(object) };
  return cluster.kubectl(words, { kubeconfig: kubeconfigOf(user), ...input });
}

function kubeconfigOf(user: string): string {
  return cluster.writeKubeconfig(`${user}.kubeconfig`, cluster.token(user));
}

/** A Deployment that breaks a rule, tried out. */
function run(name: string, user: string): ReturnType<Cluster["kubectl"]> {
  return as(user, ["create", "--dry-run=server", "-f", "-"], bad(name));
}

function badPod(): ReturnType<typeof goodPod> {
  const pod = goodPod();
  return { ...pod, containers: pod.containers.map((each) => ({ ...each, image: "registry.example.com/ocr:latest" })) };
}

function bad(name: string): JsonObject {
  return workload("Deployment", name, "ml", badPod());
}

/** A record of a Deployment that holds now. */
function record(name: string): string {
  const [from, until] = [Date.now() - 60_000, Date.now() + 3_600_000].map((time) => new Date(time).toISOString());
  return JSON.stringify({
    group: "apps",
    kind: "Deployment",
    namespace: "ml",
    name,
    reason: "x",
    by: "dana",
    from,
    until,
  });
}

async function podsOf(app: string): Promise<number> {
  const pods = await listOfObjects(cluster, `/api/v1/namespaces/ml/pods?labelSelector=app%3D${app}`);
  return pods.filter((pod) => textOf(valueAt(pod, ["metadata", "deletionTimestamp"])) === null).length;
}
