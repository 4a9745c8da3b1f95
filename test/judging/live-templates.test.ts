import { beforeAll, describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { valueDocument } from "../../src/documents/value-document.ts";
import { imagesOf } from "../../src/facts/signatures/fact.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { ObjectJudge } from "../../src/judging/object-judge.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import { resourceOf } from "../../src/resources/unpack.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";

const file: SourceFile = { path: "a.yaml", format: "yaml", content: { text: "" }, judged: true, rendering: "" };
const set = new ResourceSet([], { defaultNamespace: "default", namespaceGiven: true, cluster: false });
const TEMPLATE = "registry.example.com/ocr:${TAG}";

let inFiles: ObjectJudge;
let inCluster: ObjectJudge;
beforeAll(async () => {
  const cwd = import.meta.dirname;
  const configuration = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const options = { configuration, language: "en", bundles: [], kubernetesVersion: "1.34" } as const;
  inFiles = await ObjectJudge.prepare({ ...options, door: "check" });
  inCluster = await ObjectJudge.prepare({ ...options, door: "admission" });
});

/** What a judge says of the image of an object, and whether it is looked up. */
function judged(judge: ObjectJudge, object: JsonObject): { readonly said: string; readonly images: string[] } {
  const subject = judge.subject(resourceOf(valueDocument(object), object, []));
  const { findings } = judge.judge(subject, { file, namespace: "default", set });
  const said = findings
    .filter(({ rule }) => rule === "pinned-image")
    .map(({ level, outcome }) => `${level} ${outcome}`)
    .join();
  return { said, images: imagesOf(subject.workload) };
}

const container = { name: "a", image: TEMPLATE };
const pod = { spec: { containers: [container] } };

describe("an image that is a template", () => {
  test.each<[string, JsonObject]>([
    ["a Pod", { apiVersion: "v1", kind: "Pod", ...pod }],
    ["an init container", { apiVersion: "v1", kind: "Pod", spec: { containers: [], initContainers: [container] } }],
    [
      "a volume",
      { apiVersion: "v1", kind: "Pod", spec: { containers: [], volumes: [{ image: { reference: TEMPLATE } }] } },
    ],
    [
      "a PaddleJob",
      { apiVersion: "batch.paddlepaddle.org/v1", kind: "PaddleJob", spec: { worker: { template: pod } } },
    ],
    [
      "a PaddleService",
      {
        apiVersion: "serving.paddlepaddle.org/v1",
        kind: "PaddleService",
        spec: { default: { containerImage: "ocr", tag: "{{ tag }}" } },
      },
    ],
    [
      "a tag that a registry would take",
      { apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "a", image: "ocr:__TAG__" }] } },
    ],
    ["a kind by its shape", { apiVersion: "ray.io/v1", kind: "RayCluster", spec: { head: { template: pod } } }],
  ])("in %s is open in a file, and none in a cluster", (_, object) => {
    expect(judged(inFiles, object).said).toMatch(/^info not-judged/);
    expect(judged(inCluster, object).said).toMatch(/^error violation/);
    expect(judged(inCluster, object).images).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ["a Workflow", { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", spec: { templates: [{ container }] } }],
    [
      "a CronWorkflow",
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "CronWorkflow",
        spec: { workflowSpec: { templates: [{ container }] } },
      },
    ],
    ["a Tekton TaskRun", { apiVersion: "tekton.dev/v1", kind: "TaskRun", spec: { podTemplate: pod } }],
    [
      "an LLMInferenceServiceConfig",
      {
        apiVersion: "serving.kserve.io/v1alpha1",
        kind: "LLMInferenceServiceConfig",
        spec: { template: { containers: [container] } },
      },
    ],
  ])("in %s is open in a cluster, too: its controller fills it in", (_, object) => {
    expect(judged(inCluster, object)).toEqual({ said: "info not-judged", images: [] });
  });
});
