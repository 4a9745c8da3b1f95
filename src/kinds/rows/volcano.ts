import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";

const ROLE = "spec.template.roles[]";

/** Volcano's batch jobs, and what makes them. Source: volcano-sh/volcano, config/crd, staging apis/pkg/apis/{batch,flow} */
export const VOLCANO_ROWS: readonly KindRow[] = [
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
    groups: ["batch.volcano.sh"],
    kind: "CronJob",
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.jobTemplate.spec.tasks[].template.spec" }],
    replicas: ["spec.jobTemplate.spec.tasks[].replicas"],
    labels: labels.volcanoTaskLabels,
  },
  {
    // A job of a JobFlow, as a JobFlow names it.
    groups: ["flow.volcano.sh"],
    kind: "JobTemplate",
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.tasks[].template.spec" }],
    replicas: ["spec.tasks[].replicas"],
    labels: labels.volcanoTaskLabels,
  },
  {
    // Its steps are JobTemplates, judged where they stand; what it lays over one of them stands here.
    groups: ["flow.volcano.sh"],
    kind: "JobFlow",
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.flows[].patch.jobSpec.tasks[].template.spec" }],
    labels: labels.volcanoTaskLabels,
  },
  {
    // Source: volcano-sh/kthena, charts/kthena/charts/workload/crds, pkg/apis/workload/v1alpha1
    groups: ["workload.serving.volcano.sh"],
    kind: "ModelServing",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [
      { at: `${ROLE}.entryTemplate.spec` },
      { at: `${ROLE}.workerTemplate.spec`, workersOf: `${ROLE}.entryTemplate.spec` },
    ],
    replicas: ["spec.replicas", `${ROLE}.replicas`],
    labels: labels.modelServingLabels,
  },
  {
    groups: ["workload.serving.volcano.sh"],
    kind: "ModelBooster",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    // Its controller writes the rest of the pods.
    pods: [
      {
        at: "spec.backend.workers[]",
        container: true,
        cannotExpress: ["securityContext", "probes", "volumes"],
      },
    ],
    replicas: ["spec.backend.workers[].replicas"],
    labels: () => labels.ANY_LABELS,
    readinessByController: true,
  },
];
