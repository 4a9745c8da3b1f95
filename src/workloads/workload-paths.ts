import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject, Path } from "../json/value.ts";
import type { Alias } from "../kinds/pods/pod-source.ts";
import { namedSteps } from "../resources/element-names.ts";
import type { ContainerIdentity } from "./container-identity.ts";
import type { PodModel, WorkloadModel } from "./workload-model.ts";

/**
 * Finds the container, or the part that stands for one, that a violation's path is about: the one with the longest path
 * that begins the given one. An image volume counts with its own name. To be asked with the path that the rule gave,
 * before `objectPaths` translates it. Made once a workload, for a hostile pod has thousands of containers.
 */
export function containerFinder(workload: WorkloadModel): (path: Path) => ContainerIdentity | null {
  const byPath = new Map<string, ContainerIdentity>();
  for (const pod of workload.pods) {
    for (const { path, name, role } of pod.containers) {
      const key = keyOf(path, path.length);
      if (!byPath.has(key)) byPath.set(key, { name, role });
    }
  }
  const labels = new Set(workload.pods.map(({ labelsPath }) => keyOf(labelsPath, labelsPath.length)));
  const podsByPath = new Map<string, PodModel>();
  for (const pod of workload.pods) {
    const key = keyOf(pod.path, pod.path.length);
    if (!podsByPath.has(key)) podsByPath.set(key, pod);
  }
  return (path) => {
    // Where the whole spec stands for the container, the pod's labels are within it and yet the pod's.
    let container: ContainerIdentity | undefined;
    for (const key of keysOf(path)) {
      if (labels.has(key)) return null;
      container = byPath.get(key) ?? container;
    }
    if (container !== undefined) return container;
    const volumes = path.lastIndexOf("volumes");
    const pod = volumes < 0 ? undefined : podsByPath.get(keyOf(path, volumes));
    return pod === undefined ? null : imageVolumeAt(pod, path);
  };
}

/** The keys of a path's beginnings, the shortest first. */
function keysOf(path: Path): string[] {
  let key = "";
  return path.map((step, index) => {
    key = index === 0 ? String(step) : `${key}\0${step}`;
    return key;
  });
}

/**
 * Tells the pod template that a violation's path is about, whatever place it has among its like: the template's path with
 * names for indices, and its part's name; null where the path lies in none. The second of two that are called alike is
 * told apart from the first. To be asked with the path that the rule gave.
 */
export function templateFinder(workload: WorkloadModel, object: JsonObject): (path: Path) => string | null {
  const alike = new Map<string, number>();
  const byPath = new Map<string, string>();
  for (const pod of workload.pods) {
    const name = JSON.stringify([namedSteps(object, pod.path), pod.name]);
    const before = alike.get(name) ?? 0;
    alike.set(name, before + 1);
    const template = before === 0 ? name : `${name}#${before + 1}`;
    for (const place of [pod.path, pod.labelsPath, ...pod.containers.map(({ path }) => path)]) {
      const key = keyOf(place, place.length);
      if (!byPath.has(key)) byPath.set(key, template);
    }
  }
  return (path) => {
    let template: string | undefined;
    for (const key of keysOf(path)) template = byPath.get(key) ?? template;
    return template ?? null;
  };
}

function keyOf(path: Path, length: number): string {
  return path.slice(0, length).join("\0");
}

/**
 * Where paths of the model are in the object. They differ for what a kind writes otherwise than a pod spec does, such
 * as the `arg` of a PaddleService or a SampleSet's volume. Made once a workload.
 */
export function objectPaths(workload: WorkloadModel): (path: Path) => Path {
  const aliases = new Map<string, Alias>();
  // The first pod that has one for a place decides.
  for (const pod of workload.pods) {
    for (const alias of pod.aliases) {
      const key = keyOf(alias.model, alias.model.length);
      if (!aliases.has(key)) aliases.set(key, alias);
    }
  }
  if (aliases.size === 0) return (path) => path;
  return (path) => {
    const keys = keysOf(path);
    for (let length = path.length; length > 0; length--) {
      const alias = aliases.get(keys[length - 1] ?? "");
      if (alias !== undefined) return [...alias.object, ...path.slice(length)];
    }
    return path;
  };
}

function imageVolumeAt(pod: PodModel, path: Path): ContainerIdentity | null {
  const at = pod.path.length;
  const index = path[at + 1];
  if (path[at] !== "volumes" || path[at + 2] !== "image" || typeof index !== "number") return null;
  if (!startsWith(path, pod.path)) return null;
  const volumes = pod.raw.volumes;
  const volume = Array.isArray(volumes) ? objectOf(volumes[index]) : null;
  return volume === null ? null : { name: textOf(volume.name) ?? "", role: "imageVolume" };
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step);
}
