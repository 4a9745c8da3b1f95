import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueAt } from "../../src/json/json.ts";
import type { JsonValue, Path } from "../../src/json/value.ts";
import { KINDS, kindOf } from "../../src/kinds/kinds.ts";
import { elementNames } from "../../src/resources/element-names.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { workloadOf } from "../../src/workloads/workload.ts";
import type { WorkloadModel } from "../../src/workloads/workload-model.ts";
import { containerFinder, objectPaths } from "../../src/workloads/workload-paths.ts";
import { documentOf, resourceIn, resourcesOfFile, workloadIn } from "./read.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "fixtures/workloads");
const golden = join(import.meta.dirname, "golden/workloads");
const files = globSync("*/*.yaml", { cwd: fixtures }).sort();
/** Those of which the whole model is kept; what the rules say of the others is, in test/kinds. */
const modelled = files.filter((file) => !/\/(?:good|bad)\.yaml$/.test(file));

const ajv = new Ajv({ strict: false });
ajv.addSchema(JSON.parse(readFileSync(join(root, "policies/input.schema.json"), "utf8")), "input");
const validate = ajv.compile({ $ref: "input#/definitions/Workload" });

/** The model as a rule sees it, with neutral facts. */
function inputOf(workload: WorkloadModel): unknown {
  const unknown = { state: "unknown", reason: null, policies: [], open: [] };
  const { unseen: _unseen, byShape: _byShape, ...seen } = workload;
  return {
    ...seen,
    pods: workload.pods.map(({ raw: _raw, controllerLabels: _labels, aliases: _aliases, ...pod }) => ({
      ...pod,
      containers: pod.containers.map(({ raw: _spec, imageFact: _image, ...container }) => ({
        ...container,
        models: [],
      })),
      network: { ingress: unknown, egress: unknown },
      claims: {},
      services: [],
    })),
  };
}

/** The model without what it repeats of the object. */
function summaryOf(workload: WorkloadModel | null): unknown {
  if (workload === null) return null;
  return {
    ...workload,
    pods: workload.pods.map(({ raw: _raw, images, ...pod }) => ({
      ...pod,
      containers: pod.containers.map(({ raw: _spec, imageFact, ...container }) => ({
        ...container,
        imageFact: imageFact === null ? null : images.indexOf(imageFact),
      })),
      images,
    })),
  };
}

describe("the workloads of fixtures/workloads", () => {
  test.each(modelled)("%s", (file) => {
    const models = resourcesOfFile(join(fixtures, file)).map((resource) => {
      const workload = workloadOf(resource);
      if (workload !== null) {
        expect(validate(inputOf(workload)), ajv.errorsText(validate.errors)).toBe(true);
      }
      const { identity, at, group, version } = resource;
      return { identity, at, group, version, workload: summaryOf(workload) };
    });
    const path = join(golden, `${file.replace(/\.yaml$/, "")}.json`);
    const text = `${JSON.stringify(models, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === "1") {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    expect(existsSync(path), `${path} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(path, "utf8")));
  });

  test("there is a fixture for every row of the kinds table", () => {
    const rows = new Set(
      files.flatMap((file) => resourcesOfFile(join(fixtures, file)).map((resource) => kindOf(resource))),
    );
    expect(KINDS.filter((row) => !rows.has(row))).toEqual([]);
  });

  test("there is a fixture for every golden file", () => {
    const expected = modelled.map((file) => file.replace(/\.yaml$/, ".json"));
    expect(globSync("*/*.json", { cwd: golden }).sort()).toEqual(expected);
  });

  test("every path of a model names something in the object", () => {
    for (const file of files) {
      for (const resource of resourcesOfFile(join(fixtures, file))) {
        const workload = workloadOf(resource);
        const inObject = workload === null ? (path: Path): Path => path : objectPaths(workload);
        for (const pod of workload?.pods ?? []) {
          for (const modelPath of [
            pod.path,
            pod.labelsPath,
            ...pod.containers.map((c) => c.path),
            ...pod.images.map((i) => i.path),
          ]) {
            const path = inObject(modelPath);
            if (path.join(".") === "metadata.name") continue;
            // A path may go on within a text.
            const value = path.reduce<unknown>(
              (at, key) => (typeof at === "string" ? at : (at as Record<string | number, unknown> | undefined)?.[key]),
              resource.object,
            );
            expect(value, `${file}: ${path.join(".")}`).toBeDefined();
          }
        }
      }
    }
  });
});

test("a Deployment's containers keep what rules need and leave out what stages have read", () => {
  const workload = workloadIn(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: ml }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - { name: app, image: "paddle:3.2.0", command: [serve], env: [], workingDir: /srv, securityContext: { runAsUser: 0 } }
`);
  expect(workload).toMatchObject({ serving: true, training: false, paddle: true, accelerated: false, replicas: 3 });
  expect(workload.pods[0]?.containers[0]?.spec).toEqual({
    name: "app",
    workingDir: "/srv",
    securityContext: { runAsUser: 0 },
  });
  expect(workload.pods[0]?.spec).toEqual({});
});

test("an object without a kind is judged by where its pods are", () => {
  const workload = workloadIn(`
kind: ""
apiVersion: v1
spec: { template: { spec: { containers: [{ name: app, image: nginx }] } } }
`);
  expect(workload.pods.map((pod) => pod.path)).toEqual([["spec", "template", "spec"]]);
});

test("a Paddle kind under a wrong group is judged by where its pods are", () => {
  const job = (apiVersion: string, spec: string): WorkloadModel =>
    workloadIn(`{apiVersion: ${apiVersion}, kind: PaddleJob, spec: ${spec}}`);
  const template = "{template: {spec: {containers: [{name: paddle, image: nginx}]}}}";
  expect(job("batch.paddle.org/v1", `{worker: ${template}}`).pods.map((pod) => pod.name)).toEqual(["worker"]);
  expect(job("v1", `{paddleReplicaSpecs: {Worker: ${template}}}`).pods.map((pod) => pod.name)).toEqual(["Worker"]);
});

test("kinds that only share a name with one of the table are none", () => {
  const spec = "{template: {spec: {containers: [{name: a}]}}}";
  for (const type of ["apiVersion: v1, kind: Service", "apiVersion: example.com/v1, kind: Deployment"]) {
    expect(workloadOf(resourceIn(`{${type}, spec: ${spec}}`))).toBeNull();
  }
});

test("a zero of an accelerator asks for none, and a network card is none", () => {
  const pod = (resources: string): WorkloadModel =>
    workloadIn(`{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, resources: {limits: {${resources}}}}]}}`);
  expect(pod("nvidia.com/gpu: 0").accelerated).toBe(false);
  expect(pod("rdma/hca: 1").accelerated).toBe(false);
  expect(pod("huawei.com/Ascend910: 1").accelerated).toBe(true);
});

test("keys of the prototype are keys like any other", () => {
  const value = JSON.parse(
    '{"apiVersion":"v1","kind":"Pod","spec":{"__proto__":{"a":1},"containers":[{"name":"a","__proto__":{},"resources":{"limits":{"__proto__":"1"}}}]}}',
  ) as JsonValue;
  const [resource] = resourcesOf(documentOf(value)).resources;
  const workload = resource === undefined ? null : workloadOf(resource);
  expect(Object.keys(workload?.pods[0]?.containers[0]?.resources.limits ?? {})).toEqual(["__proto__"]);
  expect(Object.keys(workload?.pods[0]?.spec ?? {})).toEqual(["__proto__"]);
});

describe("whatever stands where under a known kind", () => {
  const objects = files
    .flatMap((file) => resourcesOfFile(join(fixtures, file)))
    .filter((resource) => workloadOf(resource) !== null)
    .map((resource) => resource.object);

  /** Judges an object as it is and as it looks after JSON; counts the containers that were found. */
  function judge(value: JsonValue): number {
    let containers = 0;
    for (const resource of resourcesOf(documentOf(value)).resources) {
      const workload = workloadOf(resource);
      if (workload === null) continue;
      const input: unknown = JSON.parse(JSON.stringify(inputOf(workload)));
      expect(validate(input), ajv.errorsText(validate.errors)).toBe(true);
      for (const pod of workload.pods) {
        containers += pod.containers.length;
        for (const { path } of pod.containers) {
          expect(containerFinder(workload)(path)).not.toBeNull();
          expect(elementNames(resource.object, objectPaths(workload)(path))).toContain("spec");
        }
      }
    }
    return containers;
  }

  test("wrong types in place of right ones neither throw nor break the contract", () => {
    const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    const changes = fc.array(fc.tuple(fc.nat(), anything), { minLength: 1, maxLength: 4 });
    let containers = 0;
    fc.assert(
      fc.property(fc.constantFrom(...objects), changes, (object, replacements) => {
        const copy = structuredClone(object) as { [key: string]: JsonValue };
        for (const [seed, replacement] of replacements) replaceSomewhere(copy, seed, replacement);
        containers += judge(copy);
      }),
      { numRuns: 3000 },
    );
    expect(containers).toBeGreaterThan(1000);
  });

  test("pod specs of any shape neither throw nor break the contract", () => {
    const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
    const or = (arbitrary: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
      fc.oneof({ arbitrary, weight: 4 }, { arbitrary: anything, weight: 1 });
    const listOf = (item: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
      or(fc.array(or(item), { maxLength: 3 }) as fc.Arbitrary<JsonValue>);
    const recordOf = (fields: { [name: string]: fc.Arbitrary<JsonValue> }): fc.Arbitrary<JsonValue> =>
      or(fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<JsonValue>);
    const name = or(fc.constantFrom("a", "kserve-container", "PADDLE_X", "m"));
    const quantities = recordOf({ "nvidia.com/gpu": name, cpu: or(fc.constantFrom(1, "500m", "{{ x }}")) });
    const container = recordOf({
      name,
      image: or(fc.constantFrom("nginx", "paddle:1.0", "a@b", "{{ image }}")),
      command: listOf(or(fc.constantFrom("bash", "-c", "exec $X &", "-m", "paddle"))),
      args: listOf(fc.string()),
      env: listOf(recordOf({ name, value: fc.string() })),
      resources: recordOf({ requests: quantities, limits: quantities }),
      restartPolicy: fc.constantFrom("Always", "Never"),
      volumeMounts: listOf(recordOf({ name, mountPath: fc.string() })),
    });
    const podSpec = recordOf({
      containers: listOf(container),
      initContainers: listOf(container),
      ephemeralContainers: listOf(container),
      volumes: listOf(recordOf({ name, image: recordOf({ reference: fc.string(), pullPolicy: name }) })),
      restartPolicy: fc.constantFrom("Always", "Never", "OnFailure"),
    });
    const places = objects.flatMap((object) => {
      const [resource] = resourcesOf(documentOf(object)).resources;
      const workload = resource === undefined ? null : workloadOf(resource);
      // What stands in a text has no place to put another spec.
      const pods = (workload?.pods ?? []).filter(({ path }) => valueAt(object, path) !== undefined);
      return pods.map((pod) => ({ object, path: pod.path }));
    });
    let containers = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), podSpec, ({ object, path }, spec) => {
        const copy = structuredClone(object) as { [key: string]: JsonValue };
        let parent = copy;
        for (const key of path.slice(0, -1)) parent = parent[key] as { [key: string]: JsonValue };
        parent[path.at(-1) ?? ""] = spec;
        containers += judge(copy);
      }),
      { numRuns: 3000 },
    );
    expect(containers).toBeGreaterThan(1000);
  });
});

/** Puts a value in place of one somewhere below a mapping or list; the seed chooses the way down. */
function replaceSomewhere(
  parent: { [key: string]: JsonValue } | JsonValue[],
  seed: number,
  replacement: JsonValue,
): void {
  const keys = Object.keys(parent);
  const key = keys[seed % Math.max(keys.length, 1)];
  if (key === undefined) return;
  const holder = parent as { [key: string]: JsonValue };
  const child = holder[key];
  const rest = Math.floor(seed / 3);
  if (typeof child !== "object" || child === null || rest % 5 === 0) holder[key] = replacement;
  else replaceSomewhere(child as { [key: string]: JsonValue } | JsonValue[], rest, replacement);
}

const corpus = process.env.PADDLOCK_CORPUS;

describe.skipIf(corpus === undefined)("real files (skipped unless PADDLOCK_CORPUS names their folder)", () => {
  const folder = corpus ?? "";
  const manifests = corpus === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  test.each(manifests)("%s", (file) => {
    for (const resource of resourcesOfFile(join(folder, file))) {
      const workload = workloadOf(resource);
      if (workload === null) continue;
      expect(validate(inputOf(workload)), ajv.errorsText(validate.errors)).toBe(true);
      expect(workload.pods.length).toBeGreaterThan(0);
    }
  });
});
