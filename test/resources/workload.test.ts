import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/documents/document.ts";
import { KINDS, kindOf } from "../../src/resources/kinds.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { workloadOf } from "../../src/resources/workload.ts";
import type { WorkloadModel } from "../../src/resources/workload-model.ts";
import { containerAt, objectPath } from "../../src/resources/workload-paths.ts";
import { documentOf, resourcesOfFile, workloadIn } from "./read.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "fixtures/workloads");
const golden = join(import.meta.dirname, "golden/workloads");
const files = globSync("*/*.yaml", { cwd: fixtures }).sort();

const ajv = new Ajv({ strict: false });
ajv.addSchema(JSON.parse(readFileSync(join(root, "policies/input.schema.json"), "utf8")), "input");
const validate = ajv.compile({ $ref: "input#/definitions/Workload" });

/** The model as a rule sees it, with neutral facts. */
function inputOf(workload: WorkloadModel): unknown {
  const unknown = { state: "unknown", reason: null, policies: [], open: [] };
  return {
    ...workload,
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
  test.each(files)("%s", (file) => {
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
    const expected = files.map((file) => file.replace(/\.yaml$/, ".json"));
    expect(globSync("*/*.json", { cwd: golden }).sort()).toEqual(expected);
  });

  test("every path of a model names something in the object", () => {
    for (const file of files) {
      for (const resource of resourcesOfFile(join(fixtures, file))) {
        const workload = workloadOf(resource);
        for (const pod of workload?.pods ?? []) {
          for (const path of [
            pod.path,
            pod.labelsPath,
            ...pod.containers.map((c) => c.path),
            ...pod.images.map((i) => i.path),
          ]) {
            if (path.join(".") === "metadata.name") continue;
            const value = path.reduce<unknown>(
              (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
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
  const names = [
    "spec",
    "template",
    "metadata",
    "containers",
    "initContainers",
    "volumes",
    "image",
    "resources",
    "limits",
    "labels",
    "env",
    "command",
    "args",
    "predictor",
    "model",
    "worker",
    "ps",
    "tasks",
    "templates",
    "default",
    "storage",
    "jobTemplate",
    "replicatedJobs",
    "paddleReplicaSpecs",
    "sampleSetRef",
    "leaderWorkerTemplate",
    "volumeClaimTemplates",
    "probe",
    "name",
  ];
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 7, withCrossShrink: true },
      fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("tree"), { maxKeys: 6 }),
    ),
  }));

  test("nothing throws, and every model obeys the contract", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), tree, tree, (row, spec, metadata) => {
        const value = { apiVersion: `${row.groups[0]}/v1`, kind: row.kind, metadata, spec, template: spec };
        for (const resource of resourcesOf(documentOf(value)).resources) {
          const workload = workloadOf(resource);
          if (workload === null) return;
          const input: unknown = JSON.parse(JSON.stringify(inputOf(workload)));
          expect(validate(input), ajv.errorsText(validate.errors)).toBe(true);
          for (const pod of workload.pods)
            objectPath(workload, containerAt(workload, pod.path) === null ? pod.path : []);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("wrong types in a real object do not throw either", () => {
    const objects = files.flatMap((file) => resourcesOfFile(join(fixtures, file)).map((resource) => resource.object));
    fc.assert(
      fc.property(fc.constantFrom(...objects), fc.nat(), tree, (object, seed, replacement) => {
        const copy = structuredClone(object) as { [key: string]: JsonValue };
        replaceSomewhere(copy, seed, replacement);
        for (const resource of resourcesOf(documentOf(copy)).resources) workloadOf(resource);
      }),
      { numRuns: 3000 },
    );
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
