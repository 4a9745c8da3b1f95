import * as labels from "../pods/controller-labels.ts";
import type { KindRow, PodPlace } from "../pods/kind-row.ts";
import { REPLICAS } from "./places.ts";
import { clusterPods } from "./ray.ts";

/** AIBrix: groups of serving pods. Source: vllm-project/aibrix, config/crd, pkg/controller/roleset/utils.go */
export const AIBRIX_ROWS: readonly KindRow[] = [
  {
    ...aibrixRow("StormService", [{ at: "spec.template.spec.roles[].template.spec" }]),
    replicas: REPLICAS,
    labels: (resource, pod) => labels.roleSetLabels({ set: null, service: resource.identity.name, role: pod.via }),
  },
  {
    ...aibrixRow("RoleSet", [{ at: "spec.roles[].template.spec" }]),
    replicas: ["spec.roles[].replicas"],
    labels: (resource, pod) => labels.roleSetLabels({ set: resource.identity.name, service: null, role: pod.via }),
  },
  { ...aibrixRow("PodSet", [{ at: "spec.template.spec" }]), replicas: ["spec.podGroupSize"] },
  { ...aibrixRow("RayClusterFleet", clusterPods("spec.template.spec")), replicas: REPLICAS },
  { ...aibrixRow("RayClusterReplicaSet", clusterPods("spec.template.spec")), replicas: REPLICAS },
  aibrixRow("KVCache", ["cache", "watcher", "metadata.etcd.runtime", "metadata.redis.runtime"].flatMap(cachePart)),
];

function aibrixRow(kind: string, pods: readonly PodPlace[]): KindRow {
  return {
    groups: ["orchestration.aibrix.ai"],
    kind,
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods,
    labels: () => labels.ANY_LABELS,
  };
}

/** A container of a few fields, or a template of its own. */
function cachePart(part: string): readonly PodPlace[] {
  const name = part.split(".").at(-2) ?? part;
  return [
    { at: `spec.${part}`, name, container: true, cannotExpress: ["securityContext", "probes"] },
    { at: `spec.${part}.template.spec`, name },
  ];
}
