import * as labels from "../controller-labels.ts";
import type { KindRow } from "../kind-row.ts";

/**
 * The training jobs of Kubeflow's first operator, each with a map of its parts.
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
];

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
