import type { Resource } from "../resources/resource.ts";
import type { PodModel } from "../workloads/workload-model.ts";
import type { PodQuery } from "./resource-set.ts";
import { claimNames } from "./rows/workload-end.ts";

/** What relations need to know of a pod. */
export function podQuery(resource: Resource, pod: PodModel, rendering: string): PodQuery {
  return {
    namespace: resource.identity.namespace,
    labels: pod.labels,
    controllerLabels: pod.controllerLabels,
    rendering,
    claimNames: claimNames(pod.raw),
  };
}
