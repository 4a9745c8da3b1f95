import type { JsonObject } from "../documents/document.ts";
import { fitsGlob } from "./accelerators.ts";
import * as labels from "./controller-labels.ts";
import { isObject, objectOf, valueAt } from "./json.ts";
import type { KindRow } from "./kind-row.ts";
import { inferenceServicePods, runsPaddleModel, supportsPaddleModels } from "./kserve.ts";
import { nimServicePods } from "./nim-service.ts";
import { paddleJobPods } from "./paddle-job.ts";
import { paddleServicePods } from "./paddle-service.ts";
import { podsAtPlaces } from "./pod-places.ts";
import type { PodSource } from "./pod-source.ts";
import type { Resource } from "./resource.ts";
import { trainingJobPods } from "./training-job.ts";
import { workflowPods } from "./workflow.ts";

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
    paddle: true,
    sources: paddleJobPods,
    replicas: ["spec.ps.replicas", "spec.worker.replicas", "spec.heter.replicas"],
  },
  {
    groups: ["kubeflow.org"],
    kind: "PaddleJob",
    nature: "training",
    paddle: true,
    pods: [{ at: "spec.paddleReplicaSpecs.*.template.spec" }],
    replicas: ["spec.paddleReplicaSpecs.*.replicas"],
    labels: labels.kubeflowLabels,
  },
  { groups: ["paddlepaddle.org"], kind: "TrainingJob", nature: "training", paddle: true, sources: trainingJobPods },
  {
    groups: ["kongming.cce.baiudbce.com", "kongming.cce.baidubce.com"],
    kind: "AITrainingJob",
    nature: "training",
    paddle: (object) => isPaddleFramework(object),
    pods: [{ at: "spec.replicaSpecs.*.template.spec" }],
    replicas: ["spec.replicaSpecs.*.replicas"],
  },
  {
    groups: ["serving.paddlepaddle.org", "elasticserving.paddlepaddle.org"],
    kind: "PaddleService",
    nature: "serving",
    paddle: true,
    sources: paddleServicePods,
  },
  {
    // The other group is that of KServe before it had its name.
    groups: ["serving.kserve.io", "serving.kubeflow.org"],
    kind: "InferenceService",
    nature: "serving",
    paddle: runsPaddleModel,
    sources: inferenceServicePods,
  },
  {
    groups: ["serving.kserve.io"],
    kind: "ServingRuntime",
    nature: "serving",
    paddle: supportsPaddleModels,
    pods: [{ at: "spec", name: "runtime", inlineMetadata: true }],
    labels: () => labels.RUNTIME_LABELS,
    readinessByController: "kserve-container",
  },
  {
    groups: ["serving.kserve.io"],
    kind: "ClusterServingRuntime",
    nature: "serving",
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
    pods: [{ at: "spec.tasks[].template.spec" }],
    replicas: ["spec.tasks[].replicas"],
    labels: labels.volcanoLabels,
  },
  {
    groups: ["serving.knative.dev"],
    kind: "Service",
    nature: "serving",
    pods: TEMPLATE,
    labels: (resource) => knative(resource, resource.identity.name),
    readinessByController: true,
  },
  {
    groups: ["serving.knative.dev"],
    kind: "Configuration",
    nature: "serving",
    pods: TEMPLATE,
    labels: (resource) => knative(resource, null),
    readinessByController: true,
  },
  {
    // A Rollout with `workloadRef` has no template: the workload that it names is judged where it stands.
    groups: ["argoproj.io"],
    kind: "Rollout",
    nature: "serving",
    pods: TEMPLATE,
    replicas: REPLICAS,
    labels: () => labels.ROLLOUT_LABELS,
  },
  {
    groups: ["leaderworkerset.x-k8s.io"],
    kind: "LeaderWorkerSet",
    nature: "serving",
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
    pods: [{ at: "spec.replicatedJobs[].template.spec.template.spec" }],
    replicas: ["spec.replicatedJobs[].replicas"],
    labels: labels.jobSetLabels,
  },
  workflowRow("Workflow", ["spec"]),
  workflowRow("WorkflowTemplate", ["spec"]),
  workflowRow("ClusterWorkflowTemplate", ["spec"]),
  workflowRow("CronWorkflow", ["spec", "workflowSpec"]),
  { groups: ["apps.nvidia.com"], kind: "NIMService", nature: "serving", replicas: REPLICAS, sources: nimServicePods },
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
export function podSources(resource: Resource, row: KindRow): readonly PodSource[] {
  return row.sources?.(resource, row) ?? podsAtPlaces(resource, row);
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

function workflowRow(kind: string, path: readonly string[]): KindRow {
  return {
    groups: ["argoproj.io"],
    kind,
    nature: "batch",
    claimTemplates: [...path, "volumeClaimTemplates"].join("."),
    sources: (resource) => {
      const spec = valueAt(resource.object, path);
      return isObject(spec) ? workflowPods(resource, path, spec) : [];
    },
  };
}
