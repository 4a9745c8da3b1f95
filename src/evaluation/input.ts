import { spend } from "../budget/budget.ts";
import type { Input, Pod } from "../contract/input.generated.ts";
import type { Participant } from "../relations/terms/relation.ts";
import type { PodModel } from "../workloads/workload-model.ts";

/** The input of the rules but for its `settings`, the object and the facts: what the object is, and its pods. */
export function inputOf(
  { resource, workload }: Participant,
  { door, kubernetesVersion }: Pick<Input, "door" | "kubernetesVersion">,
): Omit<Input, "settings"> {
  const { identity, group, version } = resource;
  const { apiVersion, kind, namespace, name } = identity;
  const input: Omit<Input, "settings"> = {
    door,
    kubernetesVersion,
    resource: { apiVersion, group, version, kind, namespace, name },
  };
  if (workload !== null) {
    const { serving, training, paddle, accelerated, replicas, pods } = workload;
    input.workload = { serving, training, paddle, accelerated, replicas, pods: pods.map(podOf) };
  }
  return input;
}

function podOf({ raw: _raw, controllerLabels: _labels, aliases: _aliases, containers, ...pod }: PodModel): Pod {
  return { ...pod, containers: containers.map(({ raw: _container, imageFact: _image, ...container }) => container) };
}

/** What pods share is written out for each of them: of many, that may be far more than the object is. */
const fewPods = 8;

/** Spends the steps that an input takes that is far larger than its object. */
export function spendInput({ workload }: Pick<Input, "workload">): void {
  if (workload !== undefined && workload.pods.length > fewPods) spendSize(workload);
}

function spendSize(value: unknown): void {
  if (typeof value === "string") spend(value.length);
  else if (typeof value === "object" && value !== null) {
    for (const key in value) {
      spend(1 + key.length);
      spendSize((value as { readonly [key: string]: unknown })[key]);
    }
  } else spend(1);
}
