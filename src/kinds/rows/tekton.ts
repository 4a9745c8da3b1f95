import type { KindRow } from "../pods/kind-row.ts";
import { tektonPods } from "../pods/tekton.ts";

/** Tekton's tasks, and the pipelines and runs that carry some themselves; parameters stand as `$(params.x)`. */
export const TEKTON_ROWS: readonly KindRow[] = [
  tektonRow("Task"),
  { ...tektonRow("ClusterTask"), clusterScoped: true },
  tektonRow("TaskRun"),
  tektonRow("Pipeline"),
  tektonRow("PipelineRun"),
  tektonRow("StepAction"),
];

function tektonRow(kind: string): KindRow {
  return {
    groups: ["tekton.dev"],
    kind,
    nature: "batch",
    expands: true,
    sources: tektonPods,
  };
}
