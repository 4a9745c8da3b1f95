import type { Resource } from "../../resources/resource.ts";
import type { FoundPod } from "./kind-row.ts";
import type { ControllerLabels } from "./pod-source.ts";

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-template-hash */
export const DEPLOYMENT_LABELS: ControllerLabels = { "pod-template-hash": null };

export const ROLLOUT_LABELS: ControllerLabels = { "rollouts-pod-template-hash": null };

export const DAEMON_SET_LABELS: ControllerLabels = {
  "controller-revision-hash": null,
  "pod-template-generation": null,
};

/** https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label */
export const STATEFUL_SET_LABELS: ControllerLabels = {
  "statefulset.kubernetes.io/pod-name": null,
  "apps.kubernetes.io/pod-index": null,
  "controller-revision-hash": null,
};

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#batchkubernetesio-job-name */
export function jobLabels(jobName: string | null): ControllerLabels {
  return {
    "batch.kubernetes.io/job-name": jobName,
    "job-name": jobName,
    "batch.kubernetes.io/controller-uid": null,
    "controller-uid": null,
    "batch.kubernetes.io/job-completion-index": null,
  };
}

/** The part of a batch PaddleJob is its label's value; the name carries the index of the pod. */
export function paddleJobLabels(pod: FoundPod): ControllerLabels {
  const type = pod.path[1];
  return { "paddle-res-name": null, "paddle-res-type": typeof type === "string" ? type : null };
}

export function kubeflowLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return {
    "training.kubeflow.org/job-name": resource.identity.name,
    "training.kubeflow.org/replica-type": pod.via.toLowerCase(),
    "training.kubeflow.org/replica-index": null,
    "training.kubeflow.org/operator-name": null,
    "training.kubeflow.org/job-role": null,
  };
}

/** Of a job that another object makes, so that its name is not known here. */
export function volcanoTaskLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return { ...volcanoLabels(resource, pod), "volcano.sh/job-name": null };
}

export function volcanoLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return {
    "volcano.sh/job-name": resource.identity.name,
    "volcano.sh/job-namespace": null,
    "volcano.sh/task-spec": pod.via,
    "volcano.sh/task-index": null,
    "volcano.sh/queue-name": null,
    "volcano.sh/job-retry-count": null,
  };
}

/** https://jobset.sigs.k8s.io: the labels of a JobSet's pods, those of the Job around each included. */
export function jobSetLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return {
    ...jobLabels(null),
    "jobset.sigs.k8s.io/jobset-name": resource.identity.name,
    "jobset.sigs.k8s.io/replicatedjob-name": pod.via,
    "jobset.sigs.k8s.io/replicatedjob-replicas": null,
    "jobset.sigs.k8s.io/job-index": null,
    "jobset.sigs.k8s.io/job-key": null,
    "jobset.sigs.k8s.io/restart-attempt": null,
  };
}

/** Those of the JobSet that is made of a TrainJob and its runtime, which sets others. */
export function trainJobLabels(resource: Resource): ControllerLabels {
  return { "jobset.sigs.k8s.io/jobset-name": resource.identity.name, "*": null };
}

/** https://lws.sigs.k8s.io/docs/reference/labels-annotations-and-environment-variables/ */
export function leaderWorkerLabels(resource: Resource): ControllerLabels {
  return {
    ...STATEFUL_SET_LABELS,
    "leaderworkerset.sigs.k8s.io/name": resource.identity.name,
    "leaderworkerset.sigs.k8s.io/template-revision-hash": null,
    "leaderworkerset.sigs.k8s.io/group-index": null,
    "leaderworkerset.sigs.k8s.io/group-key": null,
    "leaderworkerset.sigs.k8s.io/worker-index": null,
  };
}

/** Source: kubernetes-sigs/lws, api/disaggregatedset/v1/disaggregatedset_types.go */
export function disaggregatedLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return {
    ...leaderWorkerLabels(resource),
    "leaderworkerset.sigs.k8s.io/name": null,
    "disaggregatedset.x-k8s.io/name": resource.identity.name,
    "disaggregatedset.x-k8s.io/role": pod.via,
    "disaggregatedset.x-k8s.io/*": null,
  };
}

/** Of a RayCluster whose name may not be known. Source: `labelPod` of kuberay, controllers/ray/common/pod.go */
export function rayLabels(cluster: string | null, pod: FoundPod): ControllerLabels {
  const isHead = pod.path.includes("headGroupSpec");
  const isWorker = pod.path.includes("workerGroupSpecs");
  return {
    "ray.io/cluster": isHead || isWorker ? cluster : null,
    "ray.io/node-type": isHead ? "head" : isWorker ? "worker" : null,
    "ray.io/*": null,
    "app.kubernetes.io/name": null,
    "app.kubernetes.io/created-by": null,
  };
}

/** Source: openkruise/kruise, apis/apps */
export const KRUISE_LABELS: ControllerLabels = {
  "controller-revision-hash": null,
  "pod-template-hash": null,
  "apps.kruise.io/*": null,
  "lifecycle.apps.kruise.io/*": null,
};

/** What AIBrix sets on the pods of a role. Source: vllm-project/aibrix, pkg/controller/roleset/utils.go */
export function roleSetLabels(names: {
  readonly set: string | null;
  readonly service: string | null;
  readonly role: string;
}): ControllerLabels {
  return {
    "roleset-name": names.set,
    "storm-service-name": names.service,
    "storm-service-revision": null,
    "role-name": names.role,
    "role-template-hash": null,
    "stormservice.orchestration.aibrix.ai/*": null,
    "scheduling.x-k8s.io/pod-group": null,
  };
}

/** Source: volcano-sh/kthena, pkg/apis/workload/v1alpha1/labels.go */
export function modelServingLabels(resource: Resource, pod: FoundPod): ControllerLabels {
  return {
    "modelserving.volcano.sh/name": resource.identity.name,
    "modelserving.volcano.sh/role": pod.via,
    "modelserving.volcano.sh/*": null,
  };
}

/** Source: sgl-project/rbg, api/workloads/constants/label.go */
export function roleBasedLabels(group: string | null, role: string): ControllerLabels {
  return {
    "rbg.workloads.x-k8s.io/group-name": group,
    "rbg.workloads.x-k8s.io/role-name": role,
    "*": null,
  };
}

/** Source: ai-dynamo/dynamo, deploy/operator/internal/consts; Grove, LeaderWorkerSets or Deployments add theirs. */
export const DYNAMO_LABELS: ControllerLabels = { "*": null };

/** Source: tektoncd/pipeline, pkg/pod/pod.go, pkg/apis/pipeline/register.go */
export const TEKTON_LABELS: ControllerLabels = { "tekton.dev/*": null, "app.kubernetes.io/managed-by": null };

/** Source: kubeflow/spark-operator, pkg/common/spark.go, and Spark's own for Kubernetes */
export function sparkLabels(resource: Resource, part: string): ControllerLabels {
  const name = resource.identity.kind === "SparkApplication" ? resource.identity.name : null;
  return {
    "spark-role": part,
    "spark-app-selector": null,
    "spark-app-name": null,
    "spark-version": null,
    "spark-exec-id": null,
    "sparkoperator.k8s.io/app-name": name,
    "sparkoperator.k8s.io/*": null,
  };
}

/** Source: ai-dynamo/grove, operator/api/common/labels.go */
export const GROVE_LABELS: ControllerLabels = { "grove.io/*": null, "app.kubernetes.io/*": null };

/** Whatever its controllers call a pod: which labels they set was not to be told, or is said by others. */
export const ANY_LABELS: ControllerLabels = { "*": null };

/** What Knative sets on the pods of a revision. */
export function knativeLabels(service: string | null, configuration: string | null): ControllerLabels {
  return {
    "serving.knative.dev/service": service,
    "serving.knative.dev/configuration": configuration,
    "serving.knative.dev/*": null,
  };
}

/** What KServe sets on the pods of a component, whichever way it deploys them. */
export function kserveLabels(resource: Resource, component: string): ControllerLabels {
  return {
    ...knativeLabels(null, null),
    "serving.kserve.io/inferenceservice": resource.identity.name,
    component,
    app: null,
    "pod-template-hash": null,
  };
}

/** Source: kserve/kserve, pkg/controller/v1alpha2/llmisvc/workload_single_node.go, pkg/constants */
export function llmLabels(service: string | null): ControllerLabels {
  return {
    "app.kubernetes.io/name": service,
    "app.kubernetes.io/part-of": "llminferenceservice",
    "app.kubernetes.io/component": null,
    "kserve.io/component": null,
    "*": null,
  };
}

/** What the NIM operator sets on the pods of its Deployment. */
export function nimLabels(resource: Resource): ControllerLabels {
  const { name } = resource.identity;
  return {
    ...DEPLOYMENT_LABELS,
    app: name,
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/operator-version": null,
    "app.kubernetes.io/part-of": "nim-service",
    "app.kubernetes.io/managed-by": "k8s-nim-operator",
  };
}

export function workflowLabels(resource: Resource): ControllerLabels {
  // Of a template or a schedule, many workflows are made.
  const name = resource.identity.kind === "Workflow" ? resource.identity.name : null;
  return { "workflows.argoproj.io/workflow": name, "workflows.argoproj.io/completed": null };
}

/** The pods of a runtime belong to an InferenceService, which the runtime does not know. */
export const RUNTIME_LABELS: ControllerLabels = {
  ...knativeLabels(null, null),
  "serving.kserve.io/inferenceservice": null,
  component: null,
  app: null,
};
