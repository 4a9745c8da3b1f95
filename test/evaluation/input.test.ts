import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { inputOf } from "../../src/evaluation/input.ts";
import type { JsonObject, Path } from "../../src/json/value.ts";
import { Gatherer } from "../../src/judging/gather.ts";
import { endsOf, entriesOf } from "../../src/relations/entries.ts";
import { rolesFor } from "../../src/relations/needs.ts";
import { podQuery } from "../../src/relations/pod-query.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import type { Resource } from "../../src/resources/resource.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { workloadOf } from "../../src/workloads/workload.ts";
import { objectPaths } from "../../src/workloads/workload-paths.ts";

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
  const subjects = resources.map((resource) => ({ resource, workload: workloadOf(resource, { kinds: [] }) }));
  const ends = endsOf(rolesFor(needs));
  const set = new ResourceSet(
    subjects.flatMap((subject) => [...entriesOf(ends, subject, file)]),
    options,
  );
  for (const { resource, workload } of subjects) {
    for (const pod of workload?.pods ?? []) set.network(podQuery(resource, pod, ""));
  }
  const gatherer = new Gatherer(needs, { door: "check", kubernetesVersion: "1.34" });
  const candidates = [{ settings: { key: "", rules: {} }, rules: [], needs, asked: new Map() }];
  const context = { set, file, kubernetesVersion: "1.34" };
  return subjects.map((subject) => ({
    resource: subject.resource,
    input: gatherer.gather(subject, candidates, context, {}).draft,
  }));
}

/** Of rules that ask for all there is. */
const needs = new Set(["schema", "unseen", "models", "network", "claims", "services", "signatures"]);

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
      ...(container.models ?? []).flatMap(({ path, mountPath, volumePath }) => [
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
