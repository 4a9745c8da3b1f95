import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { Authority } from "./harness/authority.ts";
import { type CustomKind, installKinds, PADDLE_JOB } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PADDLOCK, PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { askedBy, registerWebhook } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodJobPod, goodPod, modelClaim, workload } from "./harness/workloads.ts";

/** Who has the role `admin` in the namespace ml, and may use there what operators brought. */
const ADMIN = "dana";
const KINDS: readonly CustomKind[] = [
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "Workflow" },
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "WorkflowTemplate" },
  { group: "serving.kubeflow.org", versions: ["v1alpha2", "v1beta1"], kind: "InferenceService" },
  { group: "example.com", versions: ["v1"], kind: "Pipeline" },
];

let cluster: Cluster;
let kubeconfig: string;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true, users: [{ name: ADMIN, groups: [] }] });
  kubeconfig = cluster.writeKubeconfig(`${ADMIN}.kubeconfig`, cluster.token(ADMIN));
  await createNamespaces(cluster, ["ml"]);
  const data = process.env.PADDLOCK_DATA;
  await installKinds(cluster, KINDS);
  if (data === undefined) await installKinds(cluster, [PADDLE_JOB]);
  else {
    const file = join(data, "crds/batch.paddlepaddle.org_paddlejobs.yaml");
    expect(await cluster.kubectl(["create", "-f", file])).toMatchObject({ status: 0 });
    await waitUntil("PaddleJobs are served", async () => (await cluster.kubectl(["get", "paddlejobs"])).status === 0);
  }
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml"), ...before()]);
  const groups = "*.argoproj.io,*.batch.paddlepaddle.org,*.serving.kubeflow.org,*.example.com";
  const bindings = [
    ["create", "clusterrole", "operators", "--verb=*", `--resource=${groups}`],
    ["-n", "ml", "create", "rolebinding", "admin", "--clusterrole=admin", `--user=${ADMIN}`],
    ["-n", "ml", "create", "rolebinding", "operators", "--clusterrole=operators", `--user=${ADMIN}`],
  ];
  for (const words of bindings) expect(await cluster.kubectl(words)).toMatchObject({ status: 0 });
  await waitUntil("the role holds its rights", async () => {
    return (await cluster.kubectl(["-n", "ml", "get", "deployments"], { kubeconfig })).status === 0;
  });
  const authority = await Authority.create();
  const server = await PaddlockServer.start(cluster, {
    config: "admission: { mode: enforce }\n",
    certificate: await authority.server(),
  });
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
});
afterAll(() => cluster?.stop());

describe("a Workflow of whoever is the admin of one namespace", () => {
  test("is let in with a patch that no rule is against", async () => {
    const podSpecPatch = "containers: [{ name: main, resources: { limits: { memory: 32Gi } } }]";
    expect(await deniedFor(workflow("plain", { podSpecPatch }))).toEqual([]);
  });

  const privileged = PRIVILEGED_PATCH;
  const PRIVILEGED = /"main" is privileged/;

  test.each([
    ["of the Workflow", { podSpecPatch: privileged }, "spec.podSpecPatch"],
    ["of its defaults", { templateDefaults: { podSpecPatch: privileged } }, "spec.templateDefaults.podSpecPatch"],
    [
      "of pods whose templates stand elsewhere",
      { podSpecPatch: privileged, templates: [], workflowTemplateRef: { name: "a" } },
      "spec.podSpecPatch",
    ],
    [
      "of the pod that removes its artifacts",
      { artifactGC: { podSpecPatch: privileged } },
      "spec.artifactGC.podSpecPatch",
    ],
  ] as const)("gets no privileged container by the patch %s", async (name, spec, field) => {
    const denied = await deniedFor(workflow(nameOf(name), spec));
    expect(denied).toEqual([expect.stringMatching(PRIVILEGED)]);
    expect(denied[0]).toContain(field);
  });

  test("gets none by the patch of a template, nor by its defaults, nor by a template within a step", async () => {
    const [train] = workflow("a").spec.templates;
    const own = {
      ...train,
      podSpecPatch: "hostPID: true\ncontainers: [{ name: wait, securityContext: { privileged: true } }]",
    };
    expect(await deniedFor(workflow("own", { templates: [own] }))).toEqual([
      expect.stringMatching(/"wait" is privileged.* spec\.templates\[0\]\.podSpecPatch/s),
      expect.stringMatching(/"hostPID: true" .* spec\.templates\[0\]\.podSpecPatch/s),
    ]);
    const templateDefaults = { container: { securityContext: { privileged: true } } };
    expect(await deniedFor(workflow("defaults", { templateDefaults }))).toEqual([expect.stringMatching(PRIVILEGED)]);
    const inline = {
      ...train,
      container: { ...train.container, securityContext: { ...train.container.securityContext, privileged: true } },
    };
    const steps = { name: "steps", steps: [[{ name: "a", inline }]] };
    expect(await deniedFor(workflow("inline", { templates: [steps] }))).toEqual([expect.stringMatching(PRIVILEGED)]);
  });

  test("is denied with a patch that cannot be read, whatever it says now", async () => {
    const templated = '{"containers":[{"name":"main","image":"{{workflow.parameters.image}}"}]}';
    const spelled = "containers: [{ name: main, securityContext: { Privileged: true } }]";
    for (const podSpecPatch of [templated, spelled, "containers: [", "[]", "containers: [{ $patch: replace }]"]) {
      expect(await deniedFor(workflow("opaque", { podSpecPatch })), podSpecPatch).toEqual([
        expect.stringContaining("known-kind: not judged: this patch"),
      ]);
    }
  });

  test("creates nothing from a text that it may not create itself", async () => {
    const bad = workload("Deployment", "ocr", "ml", { ...goodPod(), hostPID: true });
    const create = (manifest: string): JsonValue[] => [{ name: "a", resource: { action: "create", manifest } }];
    expect(await deniedFor(workflow("manifest", { templates: create(JSON.stringify(bad)) }))).toEqual([
      expect.stringMatching(/"hostPID: true" .* spec\.templates\[0\]\.resource\.manifest/s),
    ]);
    const good = workload("Deployment", "ocr", "ml", goodPod());
    expect(await deniedFor(workflow("good-manifest", { templates: create(JSON.stringify(good)) }))).toEqual([]);
    const nested = workflow("b", { podSpecPatch: privileged });
    expect(await deniedFor(workflow("nested", { templates: create(JSON.stringify(nested)) }))).toEqual([
      expect.stringMatching(PRIVILEGED),
    ]);
    expect(await deniedFor(workflow("templated", { templates: create("{{workflow.parameters.object}}") }))).toEqual([
      expect.stringContaining("known-kind: not judged: this manifest"),
    ]);
  });

  test("may leave an image to a parameter, which is judged at the Pod and excused nothing", async () => {
    const [train] = workflow("a").spec.templates;
    const container = { ...train.container, image: "{{inputs.parameters.image}}" };
    expect(await deniedFor(workflow("parameter", { templates: [{ ...train, container }] }))).toEqual([]);
    const owner = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      name: "parameter",
      uid: await uidOf("workflow", "parameter"),
    };
    const pod = {
      ...goodJobPod(),
      containers: [{ ...goodJobPod().containers[0], image: "{{inputs.parameters.image}}" }],
    };
    const made = workload("Pod", "parameter-1", "ml", pod);
    const owned = {
      ...made,
      metadata: { ...(made.metadata as JsonObject), ownerReferences: [{ ...owner, controller: true }] },
    };
    // The API server itself takes any text that begins and ends with no white space.
    expect(await deniedFor(owned)).toEqual([expect.stringContaining("still holds a template")]);
  });

  test("is judged alike as a template of Workflows", async () => {
    const { spec } = workflow("a", { podSpecPatch: privileged });
    const template = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "WorkflowTemplate",
      metadata: { name: "a", namespace: "ml" },
      spec,
    };
    expect(await deniedFor(template)).toEqual([expect.stringMatching(PRIVILEGED)]);
  });
});

describe("other ways to hide a pod", () => {
  test.each([
    "registry.example.com/ocr:${TAG}",
    "{{ image }}",
    "ocr:latest{{x}}",
    "ocr:$(TAG)",
    "<image>",
    "ocr:__TAG__",
  ])("the image %s of a live object is none", async (image) => {
    const pod = goodPod();
    const [container] = pod.containers;
    const deployment = workload("Deployment", "template", "ml", { ...pod, containers: [{ ...container, image }] });
    expect(await deniedFor(deployment)).toEqual([expect.stringContaining("still holds a template")]);
  });

  test("an InferenceService of a version before the present one has pods, too", async () => {
    expect(await deniedFor(oldInferenceService("old"))).toEqual([expect.stringMatching(/"ocr" is privileged/)]);
  });

  test("a kind that nobody configured is judged by the shape of its pods, and never denied", async () => {
    const spec = { stages: [{ run: { template: { spec: { ...goodPod(), hostIPC: true } } } }] };
    const object = {
      apiVersion: "example.com/v1",
      kind: "Pipeline",
      metadata: { name: "shape", namespace: "ml" },
      spec,
    };
    const done = await cluster.kubectl(["-n", "ml", "create", "-f", "-"], {
      kubeconfig,
      input: JSON.stringify(object),
    });
    expect(done).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/Warning: Pipeline\/shape .*"hostIPC: true"/),
    });
  });

  test("a violation that was there moves to no other template", async () => {
    expect(await deniedFor(paddleJob({ ps: "1", worker: "2" }, "ps"), "apply")).toEqual([]);
    expect(await deniedFor(paddleJob({ ps: "2", worker: "2" }, "worker"), "apply")).toEqual([
      expect.stringMatching(/"hostPID: true" .* spec\.worker\.template\.spec\.hostPID/s),
    ]);
  });
});

test("the audit says of what runs already what the webhook says of its like", async () => {
  const words = [PADDLOCK, "audit", "--kubeconfig", cluster.kubeconfig, "-n", "ml", "--format", "json"];
  const audit = cluster.processes.start({ name: "audit", command: process.execPath, words });
  await audit.ended;
  const findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly path: string;
    readonly resource: { readonly name: string };
  }[] = JSON.parse(audit.stdout).findings;
  const errors = findings.filter(
    ({ resource, level, rule }) => resource.name === "before" && (level === "error" || rule === "known-kind"),
  );
  expect(errors.map(({ rule, path }) => `${rule} ${path}`).sort()).toEqual([
    "known-kind spec.podSpecPatch",
    "pinned-image spec.template.spec.containers[0].image",
    "restricted-container spec.default.predictor.custom.container.securityContext.privileged",
    "restricted-container spec.templates[0].podSpecPatch",
  ]);
});

const PRIVILEGED_PATCH = '{"containers":[{"name":"main","securityContext":{"privileged":true}}]}';

/** What was there before anybody looked. */
function before(): readonly JsonObject[] {
  const pod = goodPod();
  const [container] = pod.containers;
  const [train] = workflow("before").spec.templates;
  return [
    paddleJob({ ps: "1", worker: "1" }, "ps"),
    workflow("before", {
      podSpecPatch: "{{workflow.parameters.patch}}",
      templates: [{ ...train, podSpecPatch: PRIVILEGED_PATCH }],
    }),
    workload("Deployment", "before", "ml", { ...pod, containers: [{ ...container, image: "ocr:${TAG}" }] }),
    oldInferenceService("before"),
  ];
}

function oldInferenceService(name: string): JsonObject {
  const container = { ...goodPod().containers[0], securityContext: { runAsNonRoot: true, privileged: true } };
  return {
    apiVersion: "serving.kubeflow.org/v1alpha2",
    kind: "InferenceService",
    metadata: { name, namespace: "ml" },
    spec: { default: { predictor: { custom: { container }, volumes: goodPod().volumes } } },
  };
}

/** A PaddleJob of which one part sees the processes of the node. */
function paddleJob(replicas: { readonly ps: string; readonly worker: string }, seeing: "ps" | "worker"): JsonObject {
  const part = (name: "ps" | "worker"): JsonObject => ({
    replicas: Number(replicas[name]),
    template: {
      metadata: { labels: { app: name } },
      spec: { ...goodJobPod(), ...(seeing === name ? { hostPID: true } : {}) },
    },
  });
  return {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    metadata: { name: "moved", namespace: "ml" },
    spec: { ps: part("ps"), worker: part("worker") },
  };
}

interface Workflow extends JsonObject {
  readonly spec: JsonObject & {
    readonly templates: readonly [
      JsonObject & { readonly name: string; readonly container: JsonObject & { readonly securityContext: JsonObject } },
    ];
  };
}

/** A Workflow of one step, with which every rule agrees. */
function workflow(name: string, more: JsonObject = {}): Workflow {
  const { containers, volumes, securityContext } = goodJobPod();
  const [container] = containers;
  const { name: _name, ...train } = container ?? {};
  const templates = [
    { name: "train", securityContext, volumes, container: { securityContext: {}, ...train } },
  ] as const;
  const spec = { entrypoint: "train", templates, ...more };
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace: "ml" },
    spec,
  } as unknown as Workflow;
}

function nameOf(text: string): string {
  return text.replaceAll(/[^a-z]+/g, "-");
}

async function uidOf(kind: string, name: string): Promise<string> {
  return (await cluster.kubectl(["-n", "ml", "get", kind, name, "-o=jsonpath={.metadata.uid}"])).stdout;
}

/** What the admin is told that an object is denied for; nothing where it is let in. */
async function deniedFor(object: JsonObject, verb: "create" | "apply" = "create"): Promise<readonly string[]> {
  const done: CommandResult = await cluster.kubectl(["-n", "ml", verb, "-f", "-"], {
    kubeconfig,
    input: JSON.stringify(object),
  });
  if (done.status === 0) return [];
  const [, ...violations] = done.stderr.split(/\n {2}(?=[a-z])/);
  if (violations.length === 0) throw new Error(done.stderr);
  return violations;
}
