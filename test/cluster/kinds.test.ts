import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { askedBy } from "../../src/admission/registration/webhook-rules.ts";
import { objectOf, textOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { KINDS, kindOf } from "../../src/kinds/kinds.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { resourcesIn } from "../resources/read.ts";
import { Authority } from "./harness/authority.ts";
import { type CustomKind, installKinds } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { ResourcePaths } from "./harness/resource-paths.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { registerWebhook } from "./harness/webhook.ts";

const workloads = join(import.meta.dirname, "../../fixtures/workloads");
const data = process.env.PADDLOCK_DATA;

interface Pushed {
  readonly kind: string;
  readonly good: JsonObject;
  readonly bad: JsonObject;
}

const kinds: readonly Pushed[] = globSync("*/bad.yaml", { cwd: workloads })
  .map(dirname)
  .sort()
  .map((kind) => ({ kind, good: objectIn(`${kind}/good.yaml`), bad: objectIn(`${kind}/bad.yaml`) }));

/** Their definitions are of a time when a runtime's containers had no field that says who runs them. */
const TOO_OLD: ReadonlySet<string> = new Set([
  "serving.kserve.io/ServingRuntime",
  "serving.kserve.io/ClusterServingRuntime",
]);

let cluster: Cluster;
let paths: ResourcePaths;
/** `group/Kind` of the kinds whose real definition is installed. */
const real = new Set<string>();

beforeAll(async () => {
  cluster = await Cluster.start();
  await createNamespaces(cluster, ["ml", "open"]);
  for (const name of data === undefined ? [] : readdirSync(join(data, "crds")))
    await install(join(data ?? "", "crds", name));
  await installKinds(cluster, definitionsOf(kinds.filter(({ bad }) => !real.has(keyOf(bad)) && isBrought(bad))));
  await waitUntil("all kinds are served", async () => {
    paths = new ResourcePaths(cluster);
    const found = await Promise.all(kinds.map(({ bad }) => paths.of(bad, "default")));
    return found.every((path) => path !== null);
  });
  const beside = parseAllDocuments(readFileSync(join(workloads, "beside.yaml"), "utf8"));
  await applyAll(
    cluster,
    beside.map((document) => document.toJS() as JsonObject),
  );
  const authority = await Authority.create();
  const server = await PaddlockServer.start(cluster, {
    config: "admission: { mode: enforce }\n",
    certificate: await authority.server(),
  });
  // As the chart registers them: a kind whose plural is not right is never asked about.
  const asked = { withPods: KINDS, custom: [], withoutPods: [], beside: [] };
  const rules = askedBy("validate.paddlock.dev", { kinds: asked, onUpdate: "new" }).rules.map(
    (rule): JsonObject => ({ ...rule }),
  );
  const pod = { metadata: { name: "a" }, spec: { containers: [{ name: "a", image: "a:latest" }] } };
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca, rules }, async () => {
    return (await cluster.client.post("/api/v1/namespaces/open/pods?dryRun=All", pod)).status === 403;
  });
}, 180_000);
afterAll(() => cluster?.stop());

test.skipIf(data === undefined)(
  "real definitions are among the kinds (skipped unless PADDLOCK_DATA names the folder of crds/)",
  () => {
    expect(kinds.filter(({ bad }) => real.has(keyOf(bad))).length).toBeGreaterThan(14);
  },
);

describe.each(kinds)("$kind", ({ good, bad }) => {
  test("is admitted where every rule agrees, and denied for its bad pod", async () => {
    const admitted = await push(good);
    expect(admitted.status, admitted.text).toBe(201);
    const denied = await push(bad);
    expect(denied).toMatchObject({ status: 403, text: expect.stringContaining("denied the request: ") });
    expect(denied.text).toContain("pinned-image");
  });
});

async function push(object: JsonObject): Promise<{ readonly status: number; readonly text: string }> {
  const path = await paths.of(object, "default");
  if (path === null) throw new Error(`${keyOf(object)} is not served`);
  const { status, text } = await cluster.client.post(`${path}?dryRun=All`, object);
  return { status, text };
}

/** Installs a definition if it is of a kind that is pushed. */
async function install(file: string): Promise<void> {
  const definition = parse(readFileSync(file, "utf8")) as JsonObject;
  const spec = objectOf(definition.spec);
  const key = `${textOf(spec.group)}/${textOf(objectOf(spec.names).kind)}`;
  if (TOO_OLD.has(key)) return;
  // One of them is of an API version that servers no longer know.
  if (definition.apiVersion !== "apiextensions.k8s.io/v1" || !kinds.some(({ bad }) => keyOf(bad) === key)) return;
  // Nobody is there who converts.
  const alone = { ...definition, spec: { ...spec, conversion: { strategy: "None" } } };
  const made = await cluster.client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", alone);
  if (made.status !== 201) throw new Error(`${file}: ${made.text}`);
  real.add(key);
}

/** Kinds of which no real definition is at hand: of any fields. */
function definitionsOf(pushed: readonly Pushed[]): readonly CustomKind[] {
  const found = new Map<string, CustomKind>();
  for (const { bad } of pushed) {
    const [group = "", version = ""] = textOf(bad.apiVersion)?.split("/") ?? [];
    const [resource] = resourcesIn(JSON.stringify(bad));
    const row = resource === undefined ? null : kindOf(resource);
    const known = found.get(keyOf(bad));
    found.set(keyOf(bad), {
      group,
      versions: [...new Set([...(known?.versions ?? []), version])],
      kind: textOf(bad.kind) ?? "",
      ...(row?.clusterScoped ? { scope: "Cluster" } : {}),
      ...(row?.plural === undefined ? {} : { plural: row.plural }),
    });
  }
  return [...found.values()];
}

/** Whether an operator brings the kind. */
function isBrought({ apiVersion }: JsonObject): boolean {
  return textOf(apiVersion)?.split("/")[0]?.includes(".") === true;
}

function keyOf({ apiVersion, kind }: JsonObject): string {
  return `${textOf(apiVersion)?.split("/")[0]}/${textOf(kind)}`;
}

function objectIn(file: string): JsonObject {
  return parse(readFileSync(join(workloads, file), "utf8")) as JsonObject;
}
