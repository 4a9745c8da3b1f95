import { fitsGlob } from "../json/glob.ts";
import { objectOf, valueAt } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { Resource } from "../resources/resource.ts";
import * as labels from "./controller-labels.ts";
import type { KindRow } from "./kind-row.ts";
import { inferenceServicePods, runsPaddleModel, supportsPaddleModels } from "./kserve.ts";
import { nimServicePods } from "./nim-service.ts";
import { paddleJobPods } from "./paddle-job.ts";
import { paddleServicePods } from "./paddle-service.ts";
import { podsAtPlaces } from "./pod-places.ts";
import type { PodReading } from "./pod-reading.ts";
import type { PodSource } from "./pod-source.ts";
import { podsByShape } from "./pods-by-shape.ts";
import { trainingJobPods } from "./training-job.ts";
import { workflowReading } from "./workflow.ts";

const TEMPLATE = [{ at: "spec.template.spec" }] as const;
const REPLICAS = ["spec.replicas"] as const;

/** Every kind that carries pods: to add one, add a row. */
export const KINDS: readonly KindRow[] = [
  { groups: [""], kind: "Pod", nature: "serving", pods: [{ at: "spec", name: "pod" }] },
  {
    groups: ["apps", "extensions"],
    kind: "Deployment",
    nature: "serving",
    pods: TEMPLATE,
    replicas: REPLICAS,
    labels: () => labels.DEPLOYMENT_LABELS,
  },
  {
    groups: ["apps", "extensions"],
    kind: "ReplicaSet",
    nature: "serving",
    pods: TEMPLATE,
    replicas: REPLICAS,
  },
  {
    groups: ["apps"],
    kind: "StatefulSet",
    nature: "serving",
    pods: TEMPLATE,
    replicas: REPLICAS,
    claimTemplates: "spec.volumeClaimTemplates",
    labels: () => labels.STATEFUL_SET_LABELS,
  },
  {
    groups: ["apps", "extensions"],
    kind: "DaemonSet",
    nature: "serving",
    pods: TEMPLATE,
    labels: () => labels.DAEMON_SET_LABELS,
  },
  { groups: [""], kind: "ReplicationController", nature: "serving", pods: TEMPLATE, replicas: REPLICAS },
  { groups: [""], kind: "PodTemplate", nature: "serving", pods: [{ at: "template.spec" }] },
  {
    groups: ["batch", "extensions"],
    kind: "Job",
    nature: "batch",
    pods: TEMPLATE,
    labels: (resource) => labels.jobLabels(resource.identity.name),
  },
  {
    groups: ["batch"],
    kind: "CronJob",
    nature: "batch",
    pods: [{ at: "spec.jobTemplate.spec.template.spec" }],
    labels: () => labels.jobLabels(null),
  },
  {
    groups: ["batch.paddlepaddle.org"],
    kind: "PaddleJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: true,
    sources: paddleJobPods,
    replicas: ["spec.ps.replicas", "spec.worker.replicas", "spec.heter.replicas"],
  },
  {
    groups: ["kubeflow.org"],
    kind: "PaddleJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: true,
    pods: [{ at: "spec.paddleReplicaSpecs.*.template.spec" }],
    replicas: ["spec.paddleReplicaSpecs.*.replicas"],
    labels: labels.kubeflowLabels,
  },
  {
    groups: ["paddlepaddle.org"],
    kind: "TrainingJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: true,
    sources: trainingJobPods,
  },
  {
    groups: ["kongming.cce.baiudbce.com", "kongming.cce.baidubce.com"],
    kind: "AITrainingJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: (object) => isPaddleFramework(object),
    pods: [{ at: "spec.replicaSpecs.*.template.spec" }],
    replicas: ["spec.replicaSpecs.*.replicas"],
  },
  {
    groups: ["serving.paddlepaddle.org", "elasticserving.paddlepaddle.org"],
    kind: "PaddleService",
    nature: "serving",
    knownVersions: ["v1"],
    paddle: true,
    sources: paddleServicePods,
  },
  {
    // The other group is that of KServe before it had its name.
    groups: ["serving.kserve.io", "serving.kubeflow.org"],
    kind: "InferenceService",
    nature: "serving",
    paddle: runsPaddleModel,
    knownVersions: ["v1beta1", "v1alpha2"],
    sources: inferenceServicePods,
  },
  {
    groups: ["serving.kserve.io"],
    kind: "ServingRuntime",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    paddle: supportsPaddleModels,
    pods: [{ at: "spec", name: "runtime", inlineMetadata: true }],
    labels: () => labels.RUNTIME_LABELS,
    readinessByController: "kserve-container",
  },
  {
    groups: ["serving.kserve.io"],
    kind: "ClusterServingRuntime",
    clusterScoped: true,
    nature: "serving",
    knownVersions: ["v1alpha1"],
    paddle: supportsPaddleModels,
    // Its pods run in namespaces that it does not know.
    cannotExpress: ["network"],
    pods: [{ at: "spec", name: "runtime", inlineMetadata: true }],
    labels: () => labels.RUNTIME_LABELS,
    readinessByController: "kserve-container",
  },
  {
    groups: ["batch.volcano.sh"],
    kind: "Job",
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.tasks[].template.spec" }],
    replicas: ["spec.tasks[].replicas"],
    labels: labels.volcanoLabels,
  },
  {
    groups: ["serving.knative.dev"],
    kind: "Service",
    nature: "serving",
    knownVersions: ["v1", "v1beta1"],
    pods: TEMPLATE,
    labels: (resource) => knative(resource, resource.identity.name),
    readinessByController: true,
  },
  {
    groups: ["serving.knative.dev"],
    kind: "Configuration",
    nature: "serving",
    knownVersions: ["v1", "v1beta1"],
    pods: TEMPLATE,
    labels: (resource) => knative(resource, null),
    readinessByController: true,
  },
  {
    // A Rollout with `workloadRef` has no template: the workload that it names is judged where it stands.
    groups: ["argoproj.io"],
    kind: "Rollout",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: TEMPLATE,
    replicas: REPLICAS,
    labels: () => labels.ROLLOUT_LABELS,
  },
  {
    groups: ["leaderworkerset.x-k8s.io"],
    kind: "LeaderWorkerSet",
    nature: "serving",
    knownVersions: ["v1"],
    pods: [
      { at: "spec.leaderWorkerTemplate.leaderTemplate.spec", name: "leader" },
      {
        at: "spec.leaderWorkerTemplate.workerTemplate.spec",
        name: "worker",
        workersOf: "spec.leaderWorkerTemplate.leaderTemplate.spec",
      },
    ],
    replicas: REPLICAS,
    claimTemplates: "spec.leaderWorkerTemplate.volumeClaimTemplates",
    labels: labels.leaderWorkerLabels,
  },
  {
    groups: ["jobset.x-k8s.io"],
    kind: "JobSet",
    nature: "batch",
    knownVersions: ["v1alpha2"],
    pods: [{ at: "spec.replicatedJobs[].template.spec.template.spec" }],
    replicas: ["spec.replicatedJobs[].replicas"],
    labels: labels.jobSetLabels,
  },
  workflowRow("Workflow", ["spec"]),
  workflowRow("WorkflowTemplate", ["spec"]),
  { ...workflowRow("ClusterWorkflowTemplate", ["spec"]), clusterScoped: true },
  workflowRow("CronWorkflow", ["spec", "workflowSpec"]),
  {
    groups: ["apps.nvidia.com"],
    kind: "NIMService",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    replicas: REPLICAS,
    sources: nimServicePods,
  },
];

const byKind = new Map<string, KindRow[]>();
for (const row of KINDS) {
  const rows = byKind.get(row.kind);
  if (rows === undefined) byKind.set(row.kind, [row]);
  else rows.push(row);
}

/** Groups whose names have no dot are Kubernetes' own, and so is the empty one. */
function isBuiltIn(group: string): boolean {
  return !group.includes(".");
}

/**
 * The row for a resource, or null where it carries no pods that are known. A kind of Kubernetes itself under a wrong
 * group of Kubernetes (`v1 Deployment`), and a Paddle kind under any wrong group, has the row that its author meant:
 * what its pods do wrong is said, too.
 */
export function kindOf(resource: Resource, extra: readonly KindRow[] = []): KindRow | null {
  const { kind } = resource.identity;
  for (const row of extra) if (row.kind === kind && fits(resource, row)) return row;
  const rows = byKind.get(kind);
  if (rows === undefined) return kind === "" && isBuiltIn(resource.group) ? kindByShape(resource.object) : null;
  for (const row of rows) if (fits(resource, row)) return row;
  const builtIn = isBuiltIn(resource.group);
  for (const row of rows) {
    if (builtIn && row.groups.some(isBuiltIn)) return row;
    if (row.paddle !== undefined && podSources(resource, row).length > 0) return row;
  }
  return null;
}

/** The pods that a resource describes, read as its row says. */
function podSources(resource: Resource, row: KindRow): readonly PodSource[] {
  return row.sources?.(resource, row) ?? podsAtPlaces(resource, row);
}

/**
 * The pods that a resource describes, and what of them cannot be seen: as its row says, and by their shape what a row does
 * not know of. The API server itself drops what kinds of Kubernetes have no field for.
 */
export function readPods(
  resource: Resource,
  extra: readonly KindRow[] = [],
  nesting: number = 0,
): (PodReading & { readonly row: KindRow }) | null {
  const row = kindOf(resource, extra);
  const foreign = !isBuiltIn(resource.group);
  if (row === null) {
    const pods = foreign ? podsByShape(resource, []) : [];
    return pods.length === 0 ? null : { row: rowByShape(resource), pods, unseen: [] };
  }
  if (row.reading !== undefined) return { row, ...row.reading(resource, nesting) };
  const known = podSources(resource, row);
  if (!foreign) return { row, pods: known, unseen: [] };
  const others = podsByShape(resource, known);
  const pods = others.length === 0 ? known : [...known, ...others];
  const { apiVersion, kind } = resource.identity;
  const isUnknown = pods.length === 0 && row.knownVersions?.includes(resource.version) === false;
  return {
    row,
    pods,
    unseen: isUnknown ? [{ why: "kind-version", path: ["apiVersion"], args: { apiVersion, kind } }] : [],
  };
}

/** Groups and kinds without a row whose controllers fill in templates themselves. */
const EXPANDING = /^tekton\.dev\/|^serving\.kserve\.io\/LLMInferenceServiceConfig$/;

/** What is known of a kind that has no row: that it has pods. */
function rowByShape({ group, identity: { kind } }: Resource): KindRow {
  return { groups: [group], kind, nature: "batch", ...(EXPANDING.test(`${group}/${kind}`) ? { expands: true } : {}) };
}

/** For an object without a kind: what its pods would be judged as, by where they stand. */
function kindByShape(object: JsonObject): KindRow | null {
  if (Array.isArray(valueAt(object, ["spec", "template", "spec", "containers"]))) return rowOf("Deployment");
  if (Array.isArray(valueAt(object, ["spec", "containers"]))) return rowOf("Pod");
  return null;
}

function rowOf(kind: string): KindRow | null {
  return byKind.get(kind)?.[0] ?? null;
}

function fits(resource: Resource, row: KindRow): boolean {
  return (
    row.groups.some((group) => fitsGlob(resource.group, group)) &&
    (row.versions === undefined || row.versions.some((version) => fitsGlob(resource.version, version)))
  );
}

function isPaddleFramework(object: JsonObject): boolean {
  const { frameworkType } = objectOf(object.spec);
  return typeof frameworkType === "string" && frameworkType.toLowerCase().includes("paddle");
}

/** Knative sets `app` only where the template leaves it out. */
function knative(resource: Resource, service: string | null): ReturnType<typeof labels.knativeLabels> {
  const template = objectOf(valueAt(resource.object, ["spec", "template", "metadata", "labels"]));
  const known = labels.knativeLabels(service, resource.identity.name);
  return template.app === undefined ? { ...known, app: null } : known;
}

const NOTHING_SEEN: PodReading = { pods: [], unseen: [] };

/** The pods of an object that another one creates; those of a kind that the API server has a row for. */
function readManifest(resource: Resource, nesting: number): PodReading {
  const reading = readPods(resource, [], nesting);
  if (reading === null) return NOTHING_SEEN;
  const serving = reading.row.nature === "serving";
  return { ...reading, pods: reading.pods.map((pod) => ({ ...pod, serving: pod.serving ?? serving })) };
}

function workflowRow(kind: string, path: readonly string[]): KindRow {
  return {
    groups: ["argoproj.io"],
    kind,
    nature: "batch",
    claimTemplates: [...path, "volumeClaimTemplates"].join("."),
    expands: true,
    reading: (resource, nesting) => workflowReading(resource, path, readManifest, nesting),
  };
}
