import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { sparkPods } from "../pods/spark.ts";
import { REPLICAS, TEMPLATE } from "./places.ts";

/** Kinds of projects of which one kind carries pods. */
export const OTHER_ROWS: readonly KindRow[] = [
  {
    // Source: kedacore/keda, config/crd/bases/keda.sh_scaledjobs.yaml, pkg/scaling/executor/scale_jobs.go
    groups: ["keda.sh"],
    kind: "ScaledJob",
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.jobTargetRef.template.spec" }],
    labels: (resource) => ({ ...labels.jobLabels(null), "scaledjob.keda.sh/name": resource.identity.name }),
  },
  {
    // Source: openshift/api, apps/v1/types.go; openshift/library-go, pkg/apps/appsutil
    groups: ["apps.openshift.io", ""],
    kind: "DeploymentConfig",
    nature: "serving",
    knownVersions: ["v1"],
    pods: TEMPLATE,
    replicas: REPLICAS,
    labels: (resource) => ({ deploymentconfig: resource.identity.name, deployment: null }),
  },
  sparkRow("SparkApplication", ["spec"]),
  sparkRow("ScheduledSparkApplication", ["spec", "template"]),
  { ...sparkRow("SparkConnect", ["spec"]), knownVersions: ["v1alpha1"] },
];

function sparkRow(kind: string, path: readonly string[]): KindRow {
  return {
    groups: ["sparkoperator.k8s.io"],
    kind,
    nature: "batch",
    knownVersions: ["v1beta2", "v1beta1"],
    replicas: [[...path, "executor", "instances"].join(".")],
    sources: (resource) => sparkPods(resource, path),
  };
}
