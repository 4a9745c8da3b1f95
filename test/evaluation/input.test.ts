import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import { inputOf, podQuery } from "../../src/evaluation/input.ts";
import { validateObject } from "../../src/facts/schema/validate.ts";
import { noSignatures } from "../../src/facts/signatures/signatures.ts";
import type { JsonObject, Path } from "../../src/json/value.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import type { Resource } from "../../src/resources/resource.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { workloadOf } from "../../src/workloads/workload.ts";
import { objectPaths } from "../../src/workloads/workload-paths.ts";
import { entriesIn } from "../resources/relation-builders.ts";

const root = join(import.meta.dirname, "../..");
const contract = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(join(root, "policies/input.schema.json"), "utf8")),
);

interface Built {
  readonly resource: Resource;
  readonly input: ReturnType<typeof inputOf>;
}

/** The inputs of a file's objects, built as a run does. */
function inputsOf(path: string): Built[] {
  const file: SourceFile = {
    path,
    format: "yaml",
    content: { text: readFileSync(path, "utf8") },
    judged: true,
    rendering: "",
  };
  const { documents } = parseFile(readFileSync(path), "yaml", "en");
  const resources = documents.flatMap((document) => [...resourcesOf(document).resources]);
  const options = { defaultNamespace: "default", namespaceGiven: false, cluster: false };
  const entries = resources.flatMap((resource) => entriesIn(resource, file));
  const set = new ResourceSet(entries, options);
  const models = resources.map((resource) => workloadOf(resource, { kinds: [] }));
  for (const [index, resource] of resources.entries()) {
    for (const pod of models[index]?.pods ?? []) set.network(podQuery(resource, pod, ""));
  }
  return resources.map((resource, index) => {
    const { object, identity, group, version } = resource;
    const schema = validateObject(object, { ...identity, group, version }, { kubernetesVersion: "1.34" });
    const gathered = {
      resource,
      workload: models[index] ?? null,
      policy: set.policyFact(resource, file),
      schema,
      rendering: "",
      signatures: noSignatures,
      door: "check" as const,
      kubernetesVersion: "1.37" as const,
      related: null,
    };
    return { resource, input: inputOf(gathered, set) };
  });
}

const fixtures = globSync(["fixtures/workloads/**/*.yaml", "fixtures/rules/*/*.yaml"], { cwd: root })
  .filter((file) => !file.endsWith(".config.yaml"))
  .sort();

describe("the input of the rules", () => {
  test("there are fixtures of every sort", () => {
    expect(fixtures.length).toBeGreaterThan(60);
  });

  test.each(fixtures)("of %s obeys its contract, and its paths are there", (fixture) => {
    for (const { resource, input } of inputsOf(join(root, fixture))) {
      contract({ settings: "a", ...input });
      expect(contract.errors).toBeNull();
      const workload = workloadOf(resource, { kinds: [] });
      if (workload === null) continue;
      for (const path of pathsIn(input)) {
        const real = objectPaths(workload)(path);
        expect(parentIsThere(resource.object, real), `${fixture}: ${JSON.stringify(real)}`).toBe(true);
      }
    }
  });
});

/** Every `path` and the like of pods, containers, images and models. */
function pathsIn(input: ReturnType<typeof inputOf>): Path[] {
  return (input.workload?.pods ?? []).flatMap((pod): Path[] => [
    pod.path,
    ...pod.images.map(({ path }) => path),
    ...pod.containers.flatMap((container) => [
      container.path,
      ...container.models.flatMap(({ path, mountPath, volumePath }) => [
        path,
        ...(mountPath ? [mountPath] : []),
        ...(volumePath ? [volumePath] : []),
      ]),
    ]),
  ]);
}

/** Whether all but the last step of a path lead to something, or go on within a text. */
function parentIsThere(object: JsonObject, path: Path): boolean {
  let value: unknown = object;
  for (const step of path.slice(0, -1)) {
    if (typeof value === "string") return true;
    if (typeof value !== "object" || value === null) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value !== undefined && value !== null;
}
