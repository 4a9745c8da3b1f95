import { spend } from "../../budget/budget.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import { containerLists } from "./container-lists.ts";
import type { Alias, PodSource } from "./pod-source.ts";
import { mergeStrategically } from "./strategic-merge.ts";

/** What each field of a patch, or beside it, costs each of the pods that it is laid over. */
const sharedSteps = 16;

/**
 * A pod as it will be with a patch of its spec laid over it. What the patch says stands in the patch.
 * @param field where the patch is
 */
export function overlaidPod(pod: PodSource, patch: JsonObject, field: Path): PodSource {
  const aliases: Alias[] = [];
  const spec = mergeStrategically(pod.spec, patch, {
    first: "base",
    at: pod.path,
    cameFrom: (side, model, onSide) => {
      spend(sharedSteps);
      if (side === "patch") aliases.push({ model, object: [...field, ...onSide] });
    },
  });
  return {
    ...pod,
    spec,
    containers: containerLists(spec, pod.path),
    aliases: [...aliases, ...(pod.aliases ?? [])],
  };
}
