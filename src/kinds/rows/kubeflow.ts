import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { trainJobPods } from "../pods/train-job.ts";

/**
 * The training jobs of Kubeflow's first operator, each with a map of its parts, and its trainer's jobs and runtimes.
 * Source: kubeflow/training-operator v1.9, pkg/apis/kubeflow.org/v1/*_types.go, pkg/controller.v1/common/job.go
 */
export const KUBEFLOW_ROWS: readonly KindRow[] = [
  { ...jobRow("PaddleJob", "paddleReplicaSpecs"), paddle: true },
  jobRow("PyTorchJob", "pytorchReplicaSpecs"),
  jobRow("TFJob", "tfReplicaSpecs"),
  jobRow("MPIJob", "mpiReplicaSpecs", ["v1", "v2beta1"]),
  jobRow("MXJob", "mxReplicaSpecs"),
  jobRow("XGBoostJob", "xgbReplicaSpecs"),
  jobRow("JAXJob", "jaxReplicaSpecs"),
  {
    // Source: kubeflow/trainer, pkg/apis/trainer/v1alpha1, manifests/base/crds
    groups: ["trainer.kubeflow.org"],
    kind: "TrainJob",
    nature: "training",
    knownVersions: ["v1alpha1"],
    sources: trainJobPods,
    replicas: ["spec.trainer.numNodes"],
  },
  runtimeRow("TrainingRuntime"),
  // Its pods run in namespaces that it does not know.
  { ...runtimeRow("ClusterTrainingRuntime"), clusterScoped: true, cannotExpress: ["network"] },
];

function runtimeRow(kind: string): KindRow {
  return {
    groups: ["trainer.kubeflow.org"],
    kind,
    nature: "training",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.template.spec.replicatedJobs[].template.spec.template.spec" }],
    labels: () => labels.ANY_LABELS,
  };
}

function jobRow(kind: string, parts: string, knownVersions: readonly string[] = ["v1"]): KindRow {
  return {
    groups: ["kubeflow.org"],
    kind,
    nature: "training",
    knownVersions,
    pods: [{ at: `spec.${parts}.*.template.spec` }],
    replicas: [`spec.${parts}.*.replicas`],
    labels: labels.kubeflowLabels,
  };
}
