import { within } from "../../budget/budget.ts";
import { isObject, listOf, textOf } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import { longestName } from "../../resources/limits.ts";
import type { ContainerSource } from "./pod-source.ts";

/** The lists of containers of a pod spec, with the role of what is in them. */
const CONTAINER_LISTS = [
  { key: "containers", role: "container" },
  { key: "initContainers", role: "initContainer" },
  { key: "ephemeralContainers", role: "ephemeralContainer" },
] as const;

/** A node starts a few hundred at most, of all its pods. */
export const mostContainers = 1_000;

/** The keys of a pod spec that hold containers. */
export const CONTAINER_KEYS: ReadonlySet<string> = new Set(CONTAINER_LISTS.map(({ key }) => key));

/** The containers in the lists of a pod spec. What is no mapping, where a container should be, is skipped. */
export function containerLists(spec: JsonObject, path: Path): ContainerSource[] {
  const sources: ContainerSource[] = [];
  for (const { key, role } of CONTAINER_LISTS) {
    const items = listOf(spec[key]);
    within(items.length, mostContainers, "container");
    for (let index = 0; index < items.length; index++) {
      const raw = items[index];
      if (isObject(raw)) sources.push(containerSource(raw, [...path, key, index], roleOf(raw, role)));
    }
  }
  return sources;
}

/** An ordinary container, with its image in `image`. */
export function containerSource(raw: JsonObject, path: Path, role: string): ContainerSource {
  const reference = raw.image;
  const name = textOf(raw.name) || placeName(path);
  within(name.length, longestName, "name");
  return {
    path,
    name,
    role,
    raw,
    image:
      typeof reference === "string" && reference !== ""
        ? { path: [...path, "image"], reference, hasRepository: true }
        : null,
  };
}

/** `containers[0]`: what people call a container without a name, as Knative allows it. */
function placeName(path: Path): string {
  const last = path.at(-1);
  return typeof last === "number" ? `${path.at(-2)}[${last}]` : String(last);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
function roleOf(raw: JsonObject, role: string): string {
  return role === "initContainer" && raw.restartPolicy === "Always" ? "sidecar" : role;
}
