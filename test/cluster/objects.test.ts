import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { check } from "../../src/commands/check/check.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { KINDS } from "../../src/kinds/kinds.ts";
import { MACHINE_KINDS, OTHER_KINDS } from "../../src/kinds/other-kinds.ts";
import { pluralOf } from "../../src/kinds/plural.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { paddlock } from "../audit/run.ts";
import { helm, render } from "../deploy/render.ts";
import { Authority } from "./harness/authority.ts";
import { installKinds, PADDLE_JOB } from "./harness/custom-kinds.ts";
import { createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";

const hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const objects = "objects.paddlock.dev";
const config = {
  extends: "recommended",
  rules: { schema: "error" },
  admission: { namespaces: [{ match: ["ml"], mode: "enforce" }] },
};

/** What the API server takes, and a rule does not: each with the place and the words of what is wrong. */
const broken: readonly (readonly [object: JsonObject, path: string, message: string])[] = [
  [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "broken" }, data: { a: "b" }, binaryDta: {} },
    "binaryDta",
    'there is no field "binaryDta" here: did you mean "binaryData"?',
  ],
  [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "broken" },
      spec: { ports: [{ port: 80, protocoll: "TCP" }] },
    },
    "spec.ports[0].protocoll",
    'there is no field "protocoll" here: did you mean "protocol"?',
  ],
  [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "broken" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingres: [] },
    },
    "spec.ingres",
    'there is no field "ingres" here: did you mean "ingress"?',
  ],
  [
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "broken" },
      spec: {
        maxReplicas: 3,
        minReplica: 2,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      },
    },
    "spec.minReplica",
    'there is no field "minReplica" here: did you mean "minReplicas"?',
  ],
  [
    {
      apiVersion: "batch.paddlepaddle.org/v1",
      kind: "PaddleJob",
      metadata: { name: "broken" },
      spec: { cleanPodPolcy: "Always", worker: { replicas: 0, template: { spec: { containers: [] } } } },
    },
    "spec.cleanPodPolcy",
    'there is no field "cleanPodPolcy" here: did you mean "cleanPodPolicy"?',
  ],
];
const cases = broken.map((each) => [String(each[0].kind), ...each] as const);

const folder = mkdtempSync(join(tmpdir(), "paddlock-objects-"));
let cluster: Cluster;
let authority: Authority;
let server: PaddlockServer;
let ports: { readonly tls: number; readonly metrics: number };
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true });
  await installKinds(cluster, [PADDLE_JOB]);
  await createNamespaces(cluster, ["ml", "web"]);
  authority = await Authority.create();
  const [tls = 0, metrics = 0] = await freePorts(2);
  ports = { tls, metrics };
  await register();
  server = await start();
  const [[object]] = [broken[0] ?? [{}]];
  await waitUntil("it is asked", async () => (await apply(object, "ml", "--dry-run=server")).includes("denied"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster?.stop();
});

describe.skipIf(helm === null)("an object without pods, or of Paddle, that the API server takes", () => {
  test.each(cases)("has the same finding at every door: %s", async (kind, object, path, message) => {
    expect(await byCheck(object)).toContainEqual({ path, message });
    const denied = await apply(object, "ml");
    const entry = kind === "PaddleJob" ? "validate.paddlock.dev" : objects;
    expect(denied).toContain(`admission webhook "${entry}" denied the request`);
    expect(denied).toContain(message);
    expect(denied).toContain(path);
    // What is not enforced is let in with a warning, and found there.
    expect(await apply(object, "web")).toContain(`${kind}/broken [schema, would deny] ${message}`);
    expect(await byAudit(kind)).toContainEqual({ path, message });
  });

  test("that is written without `kubectl apply` has lost what its kind has no field for, and is as good as it looks", async () => {
    const [[object]] = [broken[0] ?? [{}]];
    const path = "/api/v1/namespaces/ml/configmaps?fieldValidation=Ignore";
    const made = await cluster.client.post(path, { ...object, metadata: { name: "posted" } });
    expect(made).toMatchObject({ status: 201, body: { data: { a: "b" } } });
    expect(made.body).not.toHaveProperty("binaryDta");
  });
});

describe.skipIf(helm === null)("the entry of kinds without pods", () => {
  test("agrees with what the server judges", async () => {
    await expect
      .poll(async () => parse(await server.readyz()).webhookConfigurations)
      .toMatchObject([{ name: "paddlock", state: "agrees", differences: [] }]);
  });

  test("is not asked about what the control plane and controllers write all the time", async () => {
    const before = await asked();
    await createNamespaces(cluster, ["busy-a", "busy-b"]);
    // The namespaces themselves are asked about; of what is made in each, and of what others keep there, nothing is.
    await expect
      .poll(async () => (await cluster.client.get("/api/v1/namespaces/busy-b/configmaps/kube-root-ca.crt")).status)
      .toBe(200);
    const made = [
      await cluster.client.post("/apis/coordination.k8s.io/v1/namespaces/busy-a/leases", { metadata: { name: "a" } }),
      await cluster.client.post("/api/v1/namespaces/busy-a/configmaps", {
        metadata: { name: "leader", annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } },
      }),
      await cluster.client.post("/api/v1/namespaces/busy-a/events", {
        metadata: { name: "a" },
        involvedObject: { namespace: "busy-a" },
      }),
    ];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    await cluster.client.post("/api/v1/namespaces/busy-a/secrets", { metadata: { name: "a" }, stringData: { a: "b" } });
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const claims = "/api/v1/namespaces/busy-a/persistentvolumeclaims";
    await cluster.client.post(claims, { metadata: { name: "a" }, spec: claim });
    const now = await asked();
    // Two namespaces with a service account each, and a claim.
    expect(now - before).toBeLessThanOrEqual(5);
    const stored = (await cluster.client.get(`${claims}/a`)).body;
    expect(
      (
        await put(`${claims}/a`, {
          ...stored,
          metadata: { ...objectOf(stored.metadata), finalizers: [] },
        })
      ).status,
    ).toBe(200);
    expect(await asked()).toBe(now);
    const labelled = { ...objectOf((await cluster.client.get(`${claims}/a`)).body.metadata), labels: { a: "b" } };
    await put(`${claims}/a`, { ...stored, metadata: labelled });
    expect(await asked()).toBe(now + 1);
  });

  test("asks about kinds by the names that the API server gives them", async () => {
    const served = await resources();
    expect(served.length).toBeGreaterThan(40);
    const wrong = served.filter(({ group, kind, plural, namespaced }) => {
      const isOf = (row: { readonly kind: string; readonly groups: readonly string[] }): boolean =>
        row.kind === kind && row.groups.includes(group);
      const row = [...KINDS, ...OTHER_KINDS].find(isOf);
      const machines = MACHINE_KINDS.find(isOf);
      const named = row ?? machines;
      const isElsewhere = row !== undefined && (row.clusterScoped !== true) !== namespaced;
      return isElsewhere || (named !== undefined && pluralOf(named) !== plural);
    });
    expect(wrong).toEqual([]);
  });

  test("lets in, while nobody answers, what is enforced, and kinds with pods it does not", async () => {
    await server.process.end();
    const [object] = broken[0] ?? [{}];
    expect(await apply(object, "ml")).toContain("configmap/broken created");
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a" },
      spec: { containers: [{ name: "a", image: "a" }] },
    };
    expect(await apply(pod, "ml")).toContain('failed calling webhook "validate.paddlock.dev"');
    server = await start();
  });
});

describe.skipIf(helm === null)("with allKinds", () => {
  test("is asked about every kind, once each, and about no Secrets", async () => {
    await installKinds(cluster, [{ group: "example.com", versions: ["v1"], kind: "Widget" }]);
    await register({ ...config, rules: { schema: { level: "error", allKinds: true } } });
    const post = async (path: string, body: JsonObject): Promise<readonly [status: number, asked: number]> => {
      const before = await asked();
      const { status } = await cluster.client.post(path, body);
      return [status, (await asked()) - before];
    };
    const containers = [{ name: "a", image: "a" }];
    const type = { apiVersion: "example.com/v1", kind: "Widget" };
    const widget = { ...type, metadata: { name: "a" }, spec: { template: { spec: { containers } } } };
    const widgets = "/apis/example.com/v1/namespaces/web/widgets";
    await waitUntil("it is asked", async () => (await post(`${widgets}?dryRun=All`, widget))[1] === 1);
    const all = {
      widget: await post(widgets, widget),
      pod: await post("/api/v1/namespaces/web/pods?dryRun=All", { metadata: { name: "a" }, spec: { containers } }),
      configMap: await post("/api/v1/namespaces/web/configmaps", { metadata: { name: "other" }, data: {} }),
      secret: await post("/api/v1/namespaces/web/secrets", { metadata: { name: "a" }, stringData: {} }),
      lease: await post("/apis/coordination.k8s.io/v1/namespaces/web/leases", { metadata: { name: "a" } }),
    };
    expect(all).toEqual({ widget: [201, 1], pod: [201, 1], configMap: [201, 1], secret: [201, 0], lease: [201, 0] });
  });
});

/** Everything that kubectl says. */
async function apply(object: JsonObject, namespace: string, ...words: readonly string[]): Promise<string> {
  const file = join(folder, "object.json");
  writeFileSync(file, JSON.stringify(object));
  const { stdout, stderr } = await cluster.kubectl([
    "apply",
    "--validate=ignore",
    "-n",
    namespace,
    "-f",
    file,
    ...words,
  ]);
  return stdout + stderr;
}

interface Told {
  readonly path: string;
  readonly message: string;
}

async function byCheck(object: JsonObject): Promise<readonly Told[]> {
  const file = join(folder, "checked.json");
  writeFileSync(file, JSON.stringify(object));
  const { report } = await check({ paths: [file], cwd: folder, rules: ["schema"], language: "en" });
  return [...report.findings].map(({ path, message }) => ({ path, message }));
}

async function byAudit(kind: string): Promise<readonly Told[]> {
  const words = ["audit", "--kubeconfig", cluster.kubeconfig, "-n", "web", "--rule", "schema", "--format", "json"];
  const { stdout } = await paddlock(words, folder);
  const { findings } = JSON.parse(stdout);
  return listOf(findings)
    .map(objectOf)
    .filter(({ resource, rule }) => objectOf(resource).kind === kind && rule === "schema")
    .map(({ path, message }) => ({ path: String(path), message: String(message) }));
}

async function start(): Promise<PaddlockServer> {
  return PaddlockServer.start(cluster, {
    config: JSON.stringify(config),
    certificate: await authority.server(),
    words: ["--webhook-configuration", "paddlock"],
    ports,
  });
}

/** What the chart renders, but that the API server calls the process on this machine. */
async function register(values: object = config): Promise<void> {
  const rendered = render({ config: values }).get("ValidatingWebhookConfiguration/paddlock");
  const clientConfig: JsonValue = {
    url: `https://127.0.0.1:${ports.tls}/validate`,
    caBundle: Buffer.from(authority.ca).toString("base64"),
  };
  const webhooks = listOf(rendered.webhooks).map((each): JsonObject => ({ ...objectOf(each), clientConfig }));
  await cluster.client.delete(`${hooks}/paddlock`);
  const { status, text } = await cluster.client.post(hooks, { ...rendered, webhooks });
  if (status !== 201) throw new Error(text);
}

function put(path: string, body: JsonObject): ReturnType<Cluster["client"]["ask"]> {
  return cluster.client.ask("PUT", path, { body });
}

function asked(): Promise<number> {
  return server.metric("paddlock_requests_total");
}

interface ServedResource {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** All that the API server serves of the groups of Kubernetes, in the versions that it prefers. */
async function resources(): Promise<readonly ServedResource[]> {
  const groups = listOf((await cluster.client.get("/apis")).body.groups).map(objectOf);
  const paths = groups.map(({ preferredVersion }) => String(objectOf(preferredVersion).groupVersion));
  const lists = await Promise.all([
    cluster.client.get("/api/v1"),
    ...paths.map((path) => cluster.client.get(`/apis/${path}`)),
  ]);
  return lists.flatMap(({ body }) => {
    const [group = "", version] = String(body.groupVersion).split("/");
    return listOf(body.resources)
      .map(objectOf)
      .filter(({ name }) => !String(name).includes("/"))
      .map(({ name, kind, namespaced }) => ({
        ...{ group: version === undefined ? "" : group, kind: String(kind), plural: String(name) },
        namespaced: namespaced === true,
      }));
  });
}
