import type { Quantity } from "../../contract/input.generated.ts";
import { listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { controllerReference } from "../../resources/controller-reference.ts";
import type { End, RelatedPod } from "../terms/relation.ts";

/** A workload as relations know it. Plain data. */
export interface WorkloadData {
  readonly replicas: number | null;
  readonly serving: boolean;
  readonly paddle: boolean;
  readonly accelerated: boolean;
  readonly containers: readonly {
    readonly name: string;
    readonly role: string;
    /** The name of its pod. */
    readonly pod: string;
    readonly requests: JsonObject;
    readonly limits: JsonObject;
  }[];
  /** What is asked for pods as a whole. */
  readonly podResources: readonly {
    readonly name: string;
    readonly requests: JsonObject;
    readonly limits: JsonObject;
  }[];
  readonly pods: readonly RelatedPod[];
}

/** Kinds with a scale subresource, which a scaler can name. */
export const SCALABLE: readonly string[] = [
  "apps/Deployment",
  "apps/StatefulSet",
  "argoproj.io/Rollout",
  "leaderworkerset.x-k8s.io/LeaderWorkerSet",
  "serving.kserve.io/InferenceService",
];

/** Every object that has pods. */
export const workloadEnd: End<WorkloadData> = {
  role: "workload",
  kinds: ["workload"],
  watched: SCALABLE,
  named: true,
  read({ resource, workload }) {
    if (workload === null) return null;
    // What a Deployment makes is told by the Deployment.
    const owner = controllerReference(objectOf(resource.object.metadata));
    if (owner !== null && resource.identity.kind === "ReplicaSet") return null;
    const { replicas, serving, paddle, accelerated, pods } = workload;
    return {
      replicas,
      serving,
      paddle,
      accelerated,
      containers: pods.flatMap((pod) =>
        pod.containers.map(({ name, role, resources }) => ({
          name,
          role,
          pod: pod.name,
          requests: rawOf(resources.requests),
          limits: rawOf(resources.limits),
        })),
      ),
      podResources: pods.map(({ name, raw }) => {
        const { requests, limits } = objectOf(raw.resources);
        return { name, requests: objectOf(requests), limits: objectOf(limits) };
      }),
      pods: pods.map(({ labels, controllerLabels, raw }) => ({ labels, controllerLabels, claims: claimNames(raw) })),
    };
  },
  show({ replicas, serving, paddle, accelerated, containers, podResources }) {
    return {
      replicas,
      serving,
      paddle,
      accelerated,
      containers: [...containers],
      pods: [...podResources],
    };
  },
};

/** Names of the claims that a pod spec's volumes mount. */
export function claimNames(spec: JsonObject): readonly string[] {
  const names: string[] = [];
  for (const volume of listOf(spec.volumes)) {
    const name = textOf(objectOf(objectOf(volume).persistentVolumeClaim).claimName);
    if (name !== null) names.push(name);
  }
  return names;
}

function rawOf(quantities: { readonly [name: string]: Quantity }): JsonObject {
  return Object.fromEntries(Object.entries(quantities).map(([name, { raw }]) => [name, raw ?? null]));
}
