import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { REPLICAS } from "./places.ts";

const LEADER = "leaderWorkerTemplate.leaderTemplate.spec";
const WORKER = "leaderWorkerTemplate.workerTemplate.spec";

/** Groups of pods of the projects of Kubernetes. Source: kubernetes-sigs/{lws,jobset}, config/crd, pkg/controllers */
export const KUBERNETES_SIGS_ROWS: readonly KindRow[] = [
  {
    groups: ["leaderworkerset.x-k8s.io"],
    kind: "LeaderWorkerSet",
    nature: "serving",
    knownVersions: ["v1"],
    pods: [
      { at: `spec.${LEADER}`, name: "leader" },
      { at: `spec.${WORKER}`, name: "worker", workersOf: `spec.${LEADER}` },
    ],
    replicas: REPLICAS,
    claimTemplates: "spec.leaderWorkerTemplate.volumeClaimTemplates",
    labels: labels.leaderWorkerLabels,
  },
  {
    groups: ["disaggregatedset.x-k8s.io"],
    kind: "DisaggregatedSet",
    nature: "serving",
    knownVersions: ["v1"],
    pods: [
      { at: `spec.roles[].spec.${LEADER}` },
      { at: `spec.roles[].spec.${WORKER}`, workersOf: `spec.roles[].spec.${LEADER}` },
    ],
    replicas: ["spec.roles[].replicas", "spec.roles[].spec.replicas"],
    labels: labels.disaggregatedLabels,
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
];
