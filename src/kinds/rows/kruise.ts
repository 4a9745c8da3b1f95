import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { REPLICAS, TEMPLATE } from "./places.ts";

const GROUPS = ["apps.kruise.io"] as const;
const VERSIONS = ["v1alpha1", "v1beta1"] as const;

/** OpenKruise's own forms of Kubernetes' controllers. Source: openkruise/kruise, apis/apps/{v1alpha1,v1beta1} */
export const KRUISE_ROWS: readonly KindRow[] = [
  {
    groups: GROUPS,
    kind: "CloneSet",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: TEMPLATE,
    replicas: REPLICAS,
    claimTemplates: "spec.volumeClaimTemplates",
    labels: () => labels.KRUISE_LABELS,
  },
  {
    groups: GROUPS,
    kind: "StatefulSet",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: TEMPLATE,
    replicas: REPLICAS,
    claimTemplates: "spec.volumeClaimTemplates",
    labels: () => ({ ...labels.STATEFUL_SET_LABELS, ...labels.KRUISE_LABELS }),
  },
  {
    groups: GROUPS,
    kind: "DaemonSet",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: TEMPLATE,
    labels: () => ({ ...labels.DAEMON_SET_LABELS, ...labels.KRUISE_LABELS }),
  },
  {
    groups: GROUPS,
    kind: "BroadcastJob",
    nature: "batch",
    knownVersions: VERSIONS,
    pods: TEMPLATE,
    labels: () => ({ ...labels.KRUISE_LABELS, "broadcastjob-name": null, "broadcastjob-controller-uid": null }),
  },
  {
    groups: GROUPS,
    kind: "AdvancedCronJob",
    nature: "batch",
    knownVersions: VERSIONS,
    pods: [
      { at: "spec.template.jobTemplate.spec.template.spec", name: "job" },
      { at: "spec.template.broadcastJobTemplate.spec.template.spec", name: "broadcastJob" },
    ],
    labels: () => labels.ANY_LABELS,
  },
  {
    groups: GROUPS,
    kind: "UnitedDeployment",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: [{ at: "spec.template.*.spec.template.spec" }],
    replicas: REPLICAS,
    labels: () => labels.ANY_LABELS,
  },
  {
    // Its containers run in pods of others, with the settings and the network of those.
    groups: GROUPS,
    kind: "SidecarSet",
    clusterScoped: true,
    nature: "batch",
    knownVersions: VERSIONS,
    pods: [{ at: "spec", name: "sidecars", metadataAbove: 0 }],
    cannotExpress: ["network"],
    labels: () => labels.ANY_LABELS,
  },
];
