import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { REPLICAS, TEMPLATE } from "./places.ts";

/** The kinds of Kubernetes itself. */
export const KUBERNETES_ROWS: readonly KindRow[] = [
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
];
