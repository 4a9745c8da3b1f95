import { spend, within } from "../../budget/budget.ts";
import { MAX_DEPTH } from "../../documents/limits.ts";
import { isObject, listOf, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import { elementNames } from "../../resources/element-names.ts";
import { longestPath } from "../../resources/limits.ts";
import type { Resource } from "../../resources/resource.ts";
import { CONTAINER_KEYS, containerLists, containerSource } from "./container-lists.ts";
import type { ContainerSource, PodSource } from "./pod-source.ts";
import { imageAlone, unreadablePart } from "./unreadable-shape.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** What stands beside the containers of a pod spec and is no setting of the pod. */
const LEFT_OUT: ReadonlySet<string> = new Set([...CONTAINER_KEYS, "container"]);

/** Kinds that describe others, and say of no pod that it is to run. */
const DESCRIPTIONS: ReadonlySet<string> = new Set(["CustomResourceDefinition", "List"]);

/** Groups of policies: what looks like a pod there is what pods are compared with. */
const POLICIES = /(?:^|\.)(?:kyverno\.io|gatekeeper\.sh|kubewarden\.io|sigstore\.dev|auto\.gke\.io)$/;

/** Keys of what a chart or a schema makes of it: nothing there is a pod's own field. */
const NO_FIELDS: ReadonlySet<string> = new Set(["values", "valuesObject", "valuesInline", "openAPIV3Schema"]);

/** What an object of a kind that nobody knows holds: what can be judged, and what cannot. */
export interface ShapeReading {
  readonly pods: readonly PodSource[];
  /** The first part that stands for pods and cannot be read, where there is no pod that can. */
  readonly unseen: UnseenPods | null;
}

/** An object of a kind that nobody knows, read by its shape alone. */
export function readByShape(resource: Resource): ShapeReading {
  const { object, identity, group } = resource;
  if (POLICIES.test(group)) return { pods: [], unseen: null };
  const pods = podsByShape(resource, []).map((pod) => ({ ...pod, worker: false }));
  if (pods.length > 0 || DESCRIPTIONS.has(identity.kind)) return { pods, unseen: null };
  const { apiVersion, kind } = identity;
  const part = firstUnreadable(object.spec, "spec", 1);
  if (part !== null) {
    return { pods, unseen: { why: part.why, path: ["spec", ...part.reversed.reverse()], args: { apiVersion, kind } } };
  }
  // A few kinds have no spec, and their fields stand in the object itself.
  const flat = object.spec === undefined ? (unreadablePart(object) ?? imageAlone(object, "")) : null;
  return { pods, unseen: flat === null ? null : { why: flat.why, path: [flat.key], args: { apiVersion, kind } } };
}

/** In the order of the fields, the outer ones first. Few objects have one: the path is made on the way back. */
function firstUnreadable(value: JsonValue | undefined, holder: string, depth: number): FoundPart | null {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return null;
  spend(depth);
  if (isObject(value)) {
    const part = unreadablePart(value) ?? imageAlone(value, holder);
    if (part !== null) return { why: part.why, reversed: [part.key] };
    for (const key of Object.keys(value)) {
      const found = NO_FIELDS.has(key) ? null : firstUnreadable(value[key], key, depth + 1);
      if (found !== null) return below(found, key);
    }
    return null;
  }
  const items = listOf(value);
  for (let index = 0; index < items.length; index++) {
    const found = firstUnreadable(items[index], holder, depth + 1);
    if (found !== null) return below(found, index);
  }
  return null;
}

interface FoundPart {
  readonly why: UnseenPods["why"];
  readonly reversed: (string | number)[];
}

function below(found: FoundPart, step: string | number): FoundPart {
  found.reversed.push(step);
  return found;
}

/**
 * The pods of an object whose kind does not tell where they are, or not where all of them are: a mapping with a list
 * `containers` of mappings with an `image` is a pod spec, as is one with such a `container`, wherever it stands but in the
 * `status`. What controllers add to these pods is not known.
 * @param read the pods that are known already
 */
export function podsByShape({ object, identity }: Resource, read: readonly PodSource[]): readonly PodSource[] {
  if (DESCRIPTIONS.has(identity.kind)) return [];
  const known = new Set<string>();
  for (const { path, spec, containers, aliases = [] } of read) {
    for (const container of containers ?? containerLists(spec, path)) known.add(keyOf(container.path));
    // What stands elsewhere and was read into a container of a pod is known by its image.
    for (const { object: place } of aliases) known.add(keyOf(place.at(-1) === "image" ? place.slice(0, -1) : place));
  }
  const pods: PodSource[] = [];
  for (const key of Object.keys(object)) {
    if (key !== "status" && key !== "metadata") search(object[key], object, [key], known, pods);
  }
  // Its place is all that a pod has for a name; it keeps it when its neighbours in a list change.
  return pods.map((pod) => {
    const name = elementNames(object, pod.path);
    within(name.length, longestPath, "key");
    return { ...pod, name };
  });
}

function search(
  value: JsonValue | undefined,
  parent: JsonObject,
  path: Path,
  known: ReadonlySet<string>,
  pods: PodSource[],
): void {
  if (typeof value !== "object" || value === null || path.length > MAX_DEPTH) return;
  spend(path.length);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) search(item, parent, [...path, index], known, pods);
    return;
  }
  // The metadata of a template stands beside its spec.
  const pod = isObject(value) ? podAt(value, parent, path, known) : null;
  if (pod !== null) pods.push(pod);
  const inside = objectOf(value);
  for (const key of Object.keys(inside)) {
    if (NO_FIELDS.has(key)) continue;
    if (!LEFT_OUT.has(key) || !isPodSpec(inside)) search(inside[key], inside, [...path, key], known, pods);
  }
}

function isPodSpec(value: JsonObject): boolean {
  return listOf(value.containers).some(runsImage) || runsImage(value.container);
}

function runsImage(value: JsonValue | undefined): boolean {
  return isObject(value) && typeof value.image === "string";
}

function podAt(spec: JsonObject, parent: JsonObject, path: Path, known: ReadonlySet<string>): PodSource | null {
  if (!isPodSpec(spec)) return null;
  const containers: ContainerSource[] = containerLists(spec, path);
  if (isObject(spec.container)) containers.push(containerSource(spec.container, [...path, "container"], "container"));
  const unread = containers.filter((container) => !known.has(keyOf(container.path)));
  if (unread.length === 0) return null;
  const metadata = objectOf(parent.metadata);
  const metadataPath = [...path.slice(0, -1), "metadata"];
  return {
    name: "",
    path,
    spec,
    metadata,
    labelsPath: isObject(metadata.labels) ? [...metadataPath, "labels"] : null,
    containers: unread,
    leftOut: LEFT_OUT,
    // Whatever else its controller calls it.
    labels: { "*": null },
    worker: true,
  };
}

function keyOf(path: Path): string {
  return path.join("\0");
}
