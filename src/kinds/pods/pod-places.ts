import { within } from "../../budget/budget.ts";
import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import { longestName } from "../../resources/limits.ts";
import type { Resource } from "../../resources/resource.ts";
import { containerSource } from "./container-lists.ts";
import type { FoundPod, KindRow, PodPlace } from "./kind-row.ts";
import type { Inexpressible, PodSource } from "./pod-source.ts";

const ANY_ITEM = "[]";
const ANY_KEY = "*";
const parsed = new Map<string, readonly string[]>();

/** The steps of a path pattern: `spec.tasks[].template` → `spec`, `tasks`, `[]`, `template`. */
export function patternSteps(pattern: string): readonly string[] {
  let steps = parsed.get(pattern);
  if (steps === undefined) {
    steps = pattern
      .replaceAll("[*]", ANY_ITEM)
      .split(".")
      .flatMap((step) => (step.endsWith(ANY_ITEM) ? [step.slice(0, -ANY_ITEM.length), ANY_ITEM] : [step]))
      .filter((step) => step !== "");
    parsed.set(pattern, steps);
  }
  return steps;
}

/** The values that a pattern finds in an object, mappings only. */
function findPods(object: JsonObject, pattern: string): readonly FoundPod[] {
  const found: FoundPod[] = [];
  descend(object, patternSteps(pattern), 0, [], "", (path, via, spec) => {
    if (isObject(spec)) found.push({ path, spec, via });
  });
  return found;
}

/** The paths of whatever a pattern finds in an object. */
export function pathsAt(object: JsonObject, pattern: string): readonly Path[] {
  const found: Path[] = [];
  descend(object, patternSteps(pattern), 0, [], "", (path) => found.push(path));
  return found;
}

/** The numbers that patterns find in an object; the greatest, or null where there is none. */
export function greatestInteger(object: JsonObject, patterns: readonly string[]): number | null {
  let greatest: number | null = null;
  for (const pattern of patterns) {
    for (const value of valuesAt(object, patternSteps(pattern), 0)) {
      if (typeof value === "number" && Number.isInteger(value) && (greatest === null || value > greatest)) {
        greatest = value;
      }
    }
  }
  return greatest;
}

/** The pods at the places that a kind's row names. */
export function podsAtPlaces(resource: Resource, row: KindRow): readonly PodSource[] {
  const sources: PodSource[] = [];
  for (const place of row.pods ?? []) {
    for (const pod of findPods(resource.object, place.at)) {
      if (place.container !== true) sources.push(sourceOf(resource, row, place, pod));
      else if (textOf(pod.spec.image) !== null) sources.push(containersPod(resource, row, place, pod));
    }
  }
  return sources;
}

function sourceOf(resource: Resource, row: KindRow, place: PodPlace, pod: FoundPod): PodSource {
  const { metadataAbove: above } = place;
  const metadataPath =
    above === undefined ? [...pod.path.slice(0, -1), "metadata"] : pod.path.slice(0, pod.path.length - above);
  const metadata = objectOf(valueAt(resource.object, metadataPath));
  return {
    name: place.name ?? (pod.via === "" ? "template" : pod.via),
    path: pod.path,
    spec: pod.spec,
    metadata,
    labelsPath: isObject(metadata.labels) ? [...metadataPath, "labels"] : null,
    labels: row.labels?.(resource, pod),
    worker:
      place.workersOf !== undefined &&
      findPods(resource.object, place.workersOf).some((leader) => isInSameItems(leader.path, pod.path)),
    readinessByController: row.readinessByController === true,
    cannotExpress: cannotExpress(row, place),
    defaultsByController: row.defaultsByController ?? false,
  };
}

/** The pod of a container that stands alone. */
function containersPod(resource: Resource, row: KindRow, place: PodPlace, pod: FoundPod): PodSource {
  const { metadata, labelsPath, ...source } = sourceOf(resource, row, { metadataAbove: 0, ...place }, pod);
  const name = place.name ?? (pod.via === "" ? String(pod.path.at(-1)) : pod.via);
  const container = containerSource({ name, ...pod.spec }, pod.path, "container");
  return { ...source, metadata, labelsPath, name, spec: {}, containers: [container] };
}

function cannotExpress(row: KindRow, place: PodPlace): readonly Inexpressible[] | undefined {
  if (place.cannotExpress === undefined) return row.cannotExpress;
  return [...(row.cannotExpress ?? []), ...place.cannotExpress];
}

/** Whether two paths run through the same items of the lists that they share. */
function isInSameItems(one: Path, other: Path): boolean {
  return one.every(
    (step, index) => typeof step !== "number" || typeof other[index] !== "number" || other[index] === step,
  );
}

function descend(
  value: JsonValue | undefined,
  steps: readonly string[],
  index: number,
  path: Path,
  via: string,
  found: (path: Path, via: string, value: JsonValue | undefined) => void,
): void {
  const step = steps[index];
  if (step === undefined) {
    found(path, via, value);
  } else if (step === ANY_ITEM) {
    for (const [at, item] of listOf(value).entries()) {
      const { name: own, groupName } = objectOf(item);
      const name = textOf(own) ?? textOf(groupName) ?? String(at);
      within(name.length, longestName, "name");
      descend(item, steps, index + 1, [...path, at], name, found);
    }
  } else if (step === ANY_KEY) {
    const mapping = objectOf(value);
    for (const key of Object.keys(mapping)) {
      within(key.length, longestName, "key");
      descend(mapping[key], steps, index + 1, [...path, key], key, found);
    }
  } else if (isObject(value) && Object.hasOwn(value, step)) {
    descend(value[step], steps, index + 1, [...path, step], via, found);
  }
}

function valuesAt(value: JsonValue | undefined, steps: readonly string[], index: number): JsonValue[] {
  const step = steps[index];
  if (step === undefined) return value === undefined ? [] : [value];
  if (step === ANY_ITEM) return listOf(value).flatMap((item) => valuesAt(item, steps, index + 1));
  const mapping = objectOf(value);
  if (step === ANY_KEY) return Object.keys(mapping).flatMap((key) => valuesAt(mapping[key], steps, index + 1));
  return Object.hasOwn(mapping, step) ? valuesAt(mapping[step], steps, index + 1) : [];
}
