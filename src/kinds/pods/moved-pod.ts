import type { Path } from "../../json/value.ts";
import { containerLists } from "./container-lists.ts";
import type { PodSource } from "./pod-source.ts";

/**
 * The pod of an object that stands in a field of another, as a pod of that other one.
 * @param place of the object
 * @param elsewhere it is to live in another namespace, whose policies are not known
 */
export function movedPod(pod: PodSource, place: Path, elsewhere: boolean): PodSource {
  const moved = (path: Path): Path => [...place, ...path];
  const containers = pod.containers ?? containerLists(pod.spec, pod.path);
  return {
    ...pod,
    path: moved(pod.path),
    labelsPath: moved(pod.labelsPath ?? ["metadata", "name"]),
    containers: containers.map((container) => ({
      ...container,
      path: moved(container.path),
      image: container.image === null ? null : { ...container.image, path: moved(container.image.path) },
    })),
    aliases: (pod.aliases ?? []).map(({ model, object }) => ({ model: moved(model), object: moved(object) })),
    ...(elsewhere ? { cannotExpress: [...(pod.cannotExpress ?? []), "network"] as const } : {}),
  };
}
