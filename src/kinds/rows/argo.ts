import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { workflowReading } from "../pods/workflow.ts";
import { REPLICAS, TEMPLATE } from "./places.ts";

/** Argo's Workflows and Rollouts. */
export const ARGO_ROWS: readonly KindRow[] = [
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
    // Source: argoproj/argo-rollouts, manifests/crds/experiment-crd.yaml, experiments/replicaset.go
    groups: ["argoproj.io"],
    kind: "Experiment",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.templates[].template.spec" }],
    replicas: ["spec.templates[].replicas"],
    labels: () => labels.ROLLOUT_LABELS,
  },
  analysisRow("AnalysisTemplate"),
  { ...analysisRow("ClusterAnalysisTemplate"), clusterScoped: true, cannotExpress: ["network"] },
  analysisRow("AnalysisRun"),
  workflowRow("Workflow", ["spec"]),
  workflowRow("WorkflowTemplate", ["spec"]),
  { ...workflowRow("ClusterWorkflowTemplate", ["spec"]), clusterScoped: true },
  workflowRow("CronWorkflow", ["spec", "workflowSpec"]),
];

/** A metric may be a Job. Source: argoproj/argo-rollouts, metricproviders/job/job.go; arguments stand as `{{args.x}}`. */
function analysisRow(kind: string): KindRow {
  return {
    groups: ["argoproj.io"],
    kind,
    nature: "batch",
    knownVersions: ["v1alpha1"],
    expands: true,
    pods: [{ at: "spec.metrics[].provider.job.spec.template.spec" }],
    labels: () => ({ ...labels.jobLabels(null), "analysisrun.argoproj.io/*": null }),
  };
}

function workflowRow(kind: string, path: readonly string[]): KindRow {
  return {
    groups: ["argoproj.io"],
    kind,
    nature: "batch",
    claimTemplates: [...path, "volumeClaimTemplates"].join("."),
    expands: true,
    reading: (resource, nesting, readNested) => workflowReading(resource, path, readNested, nesting),
  };
}
