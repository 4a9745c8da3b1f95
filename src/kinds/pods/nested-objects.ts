import { isObject, valueAt } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { resourceOf } from "../../resources/unpack.ts";
import { movedPod } from "./moved-pod.ts";
import { pathsAt } from "./pod-places.ts";
import type { PodReading, ReadNested } from "./pod-reading.ts";
import type { PodSource } from "./pod-source.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** Wrappers in wrappers: nobody nests them deeper in earnest. */
const DEEPEST = 3;

/**
 * The pods of the whole objects that a wrapper carries, with the paths inside the wrapper.
 * @param patterns where they are: `spec.components[].template`
 * @param nesting in how many others the wrapper itself stands
 */
export function nestedReading(
  resource: Resource,
  patterns: readonly string[],
  readNested: ReadNested,
  nesting: number,
): PodReading {
  const pods: PodSource[] = [];
  const unseen: UnseenPods[] = [];
  for (const pattern of patterns) {
    for (const path of pathsAt(resource.object, pattern)) {
      const object = valueAt(resource.object, path);
      if (!isObject(object) || typeof object.kind !== "string" || nesting >= DEEPEST) {
        unseen.push({ why: "wrapped", path, args: {} });
        continue;
      }
      const reading = nestedPods(resource, object, path, readNested, nesting);
      pods.push(...reading.pods);
      unseen.push(...reading.unseen);
    }
  }
  return { pods, unseen };
}

/** The pods of one whole object that stands in another. */
export function nestedPods(
  { document, at, identity }: Resource,
  object: JsonObject,
  path: Path,
  readNested: ReadNested,
  nesting: number,
): PodReading {
  const nested = resourceOf(document, object, [...at, ...path]);
  const { namespace } = nested.identity;
  const elsewhere = namespace !== null && namespace !== identity.namespace;
  const { pods, unseen } = readNested(nested, nesting + 1);
  return {
    pods: pods.map((pod) => movedPod(pod, path, elsewhere)),
    unseen: unseen.map((part) => ({ ...part, path: [...path, ...part.path] })),
  };
}
