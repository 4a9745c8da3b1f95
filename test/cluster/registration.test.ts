import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { type Objects, render } from "../deploy/render.ts";
import { Authority } from "./harness/authority.ts";
import { PADDLOCK, PaddlockServer } from "./harness/paddlock-server.ts";

const hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
/** Judged by the rules on images alone, so that a verdict is plain. */
const rules = { extends: "baseline", rules: { "pinned-image": "error" } };
const enforcing = { ...rules, admission: { namespaces: [{ match: ["ocr", "ml-*"], mode: "enforce" }] } };

let cluster: Cluster;
let authority: Authority;
let ports: { readonly tls: number; readonly metrics: number };
let server: PaddlockServer;
beforeAll(async () => {
  cluster = await Cluster.start();
  authority = await Authority.create();
  const [tls = 0, metrics = 0] = await freePorts(2);
  ports = { tls, metrics };
  for (const name of ["ocr", "ml-a", "web"]) await cluster.client.post("/api/v1/namespaces", { metadata: { name } });
  await register(render({ config: enforcing }));
  server = await start(enforcing);
});
afterAll(() => cluster?.stop());

describe("the entries that the chart registers", () => {
  test("ask about each namespace once, and deny where it is enforced", async () => {
    await expect.poll(() => create("ocr")).toContain('admission webhook "validate.paddlock.dev" denied');
    expect(await create("ml-a")).toContain('admission webhook "validate.paddlock.dev" denied');
    const before = await server.metric("paddlock_requests_total");
    expect(await create("web")).toBe("");
    expect(await create("ml-a")).not.toBe("");
    expect((await server.metric("paddlock_requests_total")) - before).toBe(2);
  });

  test("are looked at, and `/readyz` and a metric say where they are not what is enforced", async () => {
    await expect.poll(() => registration()).toMatchObject({ name: "paddlock", state: "agrees", differences: [] });
    expect(await server.metric("paddlock_webhook_configuration_mismatch")).toBe(0);

    // Somebody edits the configuration alone.
    server.configure(JSON.stringify({ ...enforcing, admission: { mode: "enforce" } }));
    await expect.poll(() => registration(), { timeout: 15_000 }).toMatchObject({ state: "differs" });
    expect(await server.ready()).toBe(true);
    expect(await server.metric("paddlock_webhook_configuration_mismatch", { name: "paddlock" })).toBe(1);
    server.configure(JSON.stringify(enforcing));
    await expect.poll(() => registration(), { timeout: 15_000 }).toMatchObject({ state: "agrees" });

    // Somebody edits the webhook configuration alone; a reload has it looked at before its time.
    const policy = [{ op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" }];
    await cluster.kubectl([
      "patch",
      "validatingwebhookconfiguration",
      "paddlock",
      "--type=json",
      "-p",
      JSON.stringify(policy),
    ]);
    server.configure(`${JSON.stringify(enforcing)}\n`);
    await expect
      .poll(() => registration(), { timeout: 15_000 })
      .toMatchObject({ differences: [{ entry: "validate.paddlock.dev", what: "failurePolicy" }] });

    await cluster.client.delete(`${hooks}/paddlock`);
    server.configure(`${JSON.stringify(enforcing)}\n\n`);
    await expect.poll(() => registration(), { timeout: 15_000 }).toMatchObject({ state: "absent" });
    expect(await server.metric("paddlock_webhook_configuration_mismatch")).toBe(1);
    // The log comes in lines, some of them later than what they tell of is known elsewhere.
    const told = expect.objectContaining({ registration: "absent", name: "paddlock" });
    await expect.poll(() => server.log()).toContainEqual(told);
    await register(render({ config: enforcing }));
  });

  test("let in without the webhook what is not enforced, and nothing that is", async () => {
    await expect.poll(() => create("ocr")).toContain("denied");
    await server.process.end();
    for (const name of ["ocr", "ml-a"])
      expect(await create(name)).toContain('failed calling webhook "validate.paddlock.dev"');
    expect(await create("web")).toBe("");
  });
});

describe("the container that ends before the server begins", () => {
  test("lets a pod begin with the chart's configuration, and with one that the server refuses ends it", () => {
    const objects = render({ config: enforcing, bundles: [{ configMap: "rules", key: "bundle.tar.gz" }] });
    const spec = objectOf(objects.at("Deployment/paddlock", "spec"));
    // The pods of a new ReplicaSet that do not become ready take the place of none.
    expect(objectOf(objectOf(spec.strategy).rollingUpdate).maxUnavailable).toBe(0);
    const given = String(objects.at("ConfigMap/paddlock-config", "data", "paddlock.yaml"));
    expect(initContainer(objects, given)).toMatchObject({ status: 0, stderr: "" });
    const bad = initContainer(objects, `${given}admision: {}\n`);
    expect(bad).toMatchObject({ status: 2, stdout: "" });
    expect(bad.stderr).toContain('unknown key "admision"');
    expect(initContainer(objects, given, "no archive")).toMatchObject({ status: 2 });
  });
});

/** What the kubelet would do with it: the files of the ConfigMaps in their places, and the image's command. */
function initContainer(
  objects: Objects,
  configuration: string,
  bundle?: string,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const args = objects.at("Deployment/paddlock", "spec", "template", "spec", "initContainers", 0, "args");
  const folder = join(cluster.processes.folder, `init-${Math.random().toString(36).slice(2)}`);
  const bundles = join(folder, "bundles/0");
  mkdirSync(bundles, { recursive: true });
  writeFileSync(join(folder, "paddlock.yaml"), configuration);
  if (bundle !== undefined) writeFileSync(join(bundles, "bundle.tar.gz"), bundle);
  const words = listOf(args)
    .map(String)
    .filter((word) => bundle !== undefined || !word.startsWith("--bundle="))
    .map((word) =>
      word.replace("/etc/paddlock-bundles/", `${folder}/bundles/`).replace("/etc/paddlock/", `${folder}/`),
    );
  return spawnSync(process.execPath, [PADDLOCK, ...words], { encoding: "utf8", cwd: folder });
}

async function start(configuration: object): Promise<PaddlockServer> {
  return PaddlockServer.start(cluster, {
    config: JSON.stringify(configuration),
    certificate: await authority.server(),
    words: ["--webhook-configuration", "paddlock"],
    ports,
  });
}

/** What the chart renders, but that the API server calls the process on this machine. */
async function register(objects: Objects): Promise<void> {
  const rendered = objects.get("ValidatingWebhookConfiguration/paddlock");
  const clientConfig: JsonValue = {
    url: `https://127.0.0.1:${ports.tls}/validate`,
    caBundle: Buffer.from(authority.ca).toString("base64"),
  };
  const webhooks = listOf(rendered.webhooks).map((each): JsonObject => ({ ...objectOf(each), clientConfig }));
  const { status, text } = await cluster.client.post(hooks, { ...rendered, webhooks });
  if (status !== 201) throw new Error(text);
}

async function registration(): Promise<unknown> {
  return parse(await server.readyz()).webhookConfigurations[0];
}

/** "" where the API server takes a Pod whose image breaks a rule, else what it says; nothing is stored. */
async function create(inside: string): Promise<string> {
  const { status, body } = await cluster.client.post(`/api/v1/namespaces/${inside}/pods?dryRun=All`, {
    metadata: { generateName: "try-" },
    spec: { containers: [{ name: "a", image: "paddlepaddle/paddle:latest" }] },
  });
  return status === 201 ? "" : String(body.message);
}
