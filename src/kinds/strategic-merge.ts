import { isObject, objectOf } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";

/**
 * By which key the items of a list are the same item, in what Kubernetes calls a strategic merge; a list that is not
 * named here is replaced whole.
 * Source: the `patchMergeKey` of the types of k8s.io/api/core/v1 below PodSpec.
 */
const MERGE_KEYS: { readonly [list: string]: string } = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  sidecars: "name",
  volumes: "name",
  env: "name",
  imagePullSecrets: "name",
  resourceClaims: "name",
  schedulingGates: "name",
  ports: "containerPort",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
};

/** Which of the two sides of a merge a part came from, undivided: its place in the result, and in the base, if from there. */
export type CameFrom = (side: "base" | "patch", result: Path, inBase: Path) => void;

export interface MergeOptions {
  /** Whose items of a list come first. */
  readonly first: "base" | "patch";
  /** Where the result is to stand. */
  readonly at: Path;
  readonly cameFrom: CameFrom;
}

/**
 * Lays a patch over a mapping as a strategic merge does: mappings key by key, lists of named things by their names, all
 * else replaced; null takes a field away. Directives (`$patch`) are not obeyed. Takes time in proportion to both.
 */
export function mergeStrategically(base: JsonObject, patch: JsonObject, options: MergeOptions): JsonObject {
  return mergeMappings(base, patch, options, [], []);
}

function mergeMappings(
  base: JsonObject,
  patch: JsonObject,
  options: MergeOptions,
  result: Path,
  inBase: Path,
): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const key of Object.keys(base)) {
    const value = base[key];
    if (value === undefined) continue;
    merged.set(key, value);
    if (patch[key] === undefined || !Object.hasOwn(patch, key)) {
      options.cameFrom("base", [...options.at, ...result, key], [...inBase, key]);
    }
  }
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    const old = merged.get(key);
    const place = [...result, key];
    const from = [...inBase, key];
    if (isObject(value) && isObject(old)) {
      merged.set(key, mergeMappings(old, value, options, place, from));
    } else if (Array.isArray(value) && Array.isArray(old) && MERGE_KEYS[key] !== undefined) {
      merged.set(key, mergeLists(old, value, MERGE_KEYS[key], options, place, from));
    } else {
      options.cameFrom("patch", [...options.at, ...place], from);
      if (value === null) merged.delete(key);
      else merged.set(key, value);
    }
  }
  return Object.fromEntries(merged);
}

function mergeLists(
  base: readonly JsonValue[],
  patch: readonly JsonValue[],
  by: string,
  options: MergeOptions,
  result: Path,
  inBase: Path,
): JsonValue[] {
  const [leading, following] = options.first === "base" ? [base, patch] : [patch, base];
  const others = new Map<JsonValue, number>();
  for (const [index, item] of following.entries()) {
    const name = objectOf(item)[by];
    // The last of two that are called alike is the one that stands.
    if (name !== undefined && name !== null) others.set(name, index);
  }
  const used = new Set<number>();
  const merged: JsonValue[] = [];
  const add = (item: JsonValue, side: "base" | "patch", index: number): void => {
    options.cameFrom(side, [...options.at, ...result, merged.length], [...inBase, index]);
    merged.push(item);
  };
  const other = options.first === "base" ? "patch" : "base";
  for (const [index, item] of leading.entries()) {
    const match = others.get(objectOf(item)[by] ?? null);
    const matched = match === undefined ? undefined : following[match];
    if (match === undefined || !isObject(matched) || !isObject(item)) {
      add(item, options.first, index);
      continue;
    }
    used.add(match);
    const [from, over] = options.first === "base" ? [item, matched] : [matched, item];
    const at = [...result, merged.length];
    merged.push(mergeMappings(from, over, options, at, [...inBase, options.first === "base" ? index : match]));
  }
  for (const [index, item] of following.entries()) if (!used.has(index)) add(item, other, index);
  return merged;
}
