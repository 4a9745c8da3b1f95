import { beforeAll, describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { today } from "./review-cases.ts";

/** The templates of a workload by name, in the order in which they are to stand where they are a list. */
type Templates = readonly (readonly [name: string, image: string])[];

/** A workload of which each template runs one image. */
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly parts: readonly [string, string];
  readonly spec: (templates: Templates) => JsonObject;
}

const spec = (image: string): JsonObject => ({ containers: [{ name: "main", image }] });
const template = (image: string): JsonObject => ({ spec: spec(image) });
const keyed = (templates: Templates, value: (image: string) => JsonObject): JsonObject =>
  Object.fromEntries(templates.map(([name, image]) => [name, value(image)]));
const listed = (templates: Templates, value: (image: string) => JsonObject): JsonObject[] =>
  templates.map(([name, image]) => ({ name, ...value(image) }));

const kinds: readonly Kind[] = [
  {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    parts: ["ps", "worker"],
    spec: (templates) => keyed(templates, (image) => ({ replicas: 1, template: template(image) })),
  },
  {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    parts: ["worker", "heter"],
    spec: (templates) => keyed(templates, (image) => ({ replicas: 1, template: template(image) })),
  },
  {
    apiVersion: "kubeflow.org/v1",
    kind: "PaddleJob",
    parts: ["Master", "Worker"],
    spec: (templates) => ({ paddleReplicaSpecs: keyed(templates, (image) => ({ template: template(image) })) }),
  },
  {
    apiVersion: "kongming.cce.baiudbce.com/v1",
    kind: "AITrainingJob",
    parts: ["pserver", "trainer"],
    spec: (templates) => ({ replicaSpecs: keyed(templates, (image) => ({ template: template(image) })) }),
  },
  {
    apiVersion: "batch.volcano.sh/v1alpha1",
    kind: "Job",
    parts: ["ps", "worker"],
    spec: (templates) => ({ tasks: listed(templates, (image) => ({ template: template(image) })) }),
  },
  {
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    kind: "JobSet",
    parts: ["leader", "workers"],
    spec: (templates) => ({
      replicatedJobs: listed(templates, (image) => ({ template: { spec: { template: template(image) } } })),
    }),
  },
  {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    parts: ["leaderTemplate", "workerTemplate"],
    spec: (templates) => ({ leaderWorkerTemplate: keyed(templates, template) }),
  },
  {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    parts: ["predictor", "transformer"],
    spec: (templates) => keyed(templates, spec),
  },
  {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    parts: ["transformer", "explainer"],
    spec: (templates) => keyed(templates, spec),
  },
  {
    apiVersion: "serving.paddlepaddle.org/v1",
    kind: "PaddleService",
    parts: ["default", "canary"],
    spec: (templates) => keyed(templates, (image) => ({ containerImage: image })),
  },
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    parts: ["train", "evaluate"],
    spec: (templates) => ({ templates: listed(templates, (image) => ({ container: { image } })) }),
  },
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "CronWorkflow",
    parts: ["train", "evaluate"],
    spec: (templates) => ({ workflowSpec: { templates: listed(templates, (image) => ({ container: { image } })) } }),
  },
  {
    // A kind of the configuration, whose templates have no names but their places.
    apiVersion: "example.com/v1",
    kind: "Pipeline",
    parts: ["first", "second"],
    spec: (templates) => keyed(templates, (image) => ({ template: template(image) })),
  },
];

let reviewer: Reviewer;
beforeAll(async () => {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const configuration = {
    ...loaded,
    admission: admissionSettings([{ mode: "enforce" }]),
    kinds: [
      {
        apiVersion: "example.com/v1",
        kind: "Pipeline",
        pods: ["spec.first.template.spec", "spec.second.template.spec"],
        serving: true,
        training: false,
        paddle: false,
      },
    ],
  };
  reviewer = await Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
});

const pinned = "registry.example.com/ocr@sha256:9b2cc1f0a7f2bba4d02e1ee9b1e8d1a2b3c4d5e6f708192a3b4c5d6e7f809102";
const floating = "registry.example.com/ocr:latest";

function objectOf({ apiVersion, kind, spec }: Kind, templates: Templates): JsonObject {
  return { apiVersion, kind, metadata: { name: "ocr", namespace: "ml" }, spec: spec(templates) };
}

/** What the update of one into the other is denied for, of the rule on images or another. */
function deniedImages(old: JsonObject, object: JsonObject, rule: string = "pinned-image"): readonly string[] {
  const apiVersion = String(object.apiVersion);
  const slash = apiVersion.indexOf("/");
  const request: AdmissionRequest = {
    uid: "1",
    operation: "UPDATE",
    kind: {
      group: slash < 0 ? "" : apiVersion.slice(0, slash),
      version: apiVersion.slice(slash + 1),
      kind: String(object.kind),
    },
    subResource: null,
    namespace: "ml",
    name: "ocr",
    user: { name: "alice", groups: [] },
    dryRun: false,
    object,
    oldObject: old,
  };
  const { status } = reviewer.review(request, noFacts(), today).answer.response;
  return (status?.details?.causes ?? []).filter(({ reason }) => reason === rule).map(({ field }) => field);
}

describe.each(kinds)("$kind $apiVersion: $parts", (kind) => {
  const [first, second] = kind.parts;

  it("counts a violation as new that moves to the other template", () => {
    const before = objectOf(kind, [
      [first, floating],
      [second, pinned],
    ]);
    const after = objectOf(kind, [
      [first, pinned],
      [second, floating],
    ]);
    expect(deniedImages(before, after)).toHaveLength(1);
    expect(deniedImages(after, before)).toHaveLength(1);
  });

  it("spares what the same template had, wherever it stands now", () => {
    const before = objectOf(kind, [
      [first, floating],
      [second, pinned],
    ]);
    const after = objectOf(kind, [
      [second, `${pinned.slice(0, -1)}3`],
      [first, floating],
    ]);
    expect(deniedImages(before, after)).toEqual([]);
  });

  it("counts what the second template has too", () => {
    const before = objectOf(kind, [
      [first, floating],
      [second, pinned],
    ]);
    const after = objectOf(kind, [
      [first, floating],
      [second, floating],
    ]);
    expect(deniedImages(before, after)).toHaveLength(1);
  });
});

const deployment = (pod: JsonObject): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "ocr", namespace: "ml" },
  spec: { template: { spec: pod } },
});

it("counts a violation as new that moves between init containers and the others", () => {
  const before = deployment({
    initContainers: [{ name: "a", image: floating }],
    containers: [{ name: "b", image: pinned }],
  });
  const after = deployment({
    initContainers: [{ name: "b", image: pinned }],
    containers: [{ name: "a", image: floating }],
  });
  expect(deniedImages(before, after)).toHaveLength(1);
  expect(deniedImages(after, before)).toHaveLength(1);
});

it("tells apart templates of one name", () => {
  const volcano = (...images: readonly string[]): JsonObject => ({
    apiVersion: "batch.volcano.sh/v1alpha1",
    kind: "Job",
    metadata: { name: "ocr", namespace: "ml" },
    spec: { tasks: images.map((image) => ({ name: "worker", template: template(image) })) },
  });
  expect(deniedImages(volcano(floating, pinned), volcano(pinned, floating))).toHaveLength(1);
  expect(deniedImages(volcano(floating, pinned), volcano(floating, `${pinned.slice(0, -1)}3`))).toEqual([]);
});

it("spares a patch that cannot be read while it stays as it was let in", () => {
  const workflow = (podSpecPatch: string, parallelism: number): JsonObject => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "ocr", namespace: "ml" },
    spec: { parallelism, templates: [{ name: "train", podSpecPatch, container: { image: pinned } }] },
  });
  const before = workflow("{{workflow.parameters.patch}}", 1);
  expect(deniedImages(before, workflow("{{workflow.parameters.patch}}", 2), "known-kind")).toEqual([]);
  expect(deniedImages(before, workflow("{{workflow.parameters.other}}", 1), "known-kind")).toHaveLength(1);
});
