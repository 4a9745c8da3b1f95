import * as labels from "../controller-labels.ts";
import type { KindRow } from "../kind-row.ts";

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
];
