import { isObject, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";

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

/** Which of the two sides of a merge a part came from, undivided: its place in the result, and on that side. */
export type CameFrom = (side: "base" | "patch", result: Path, onSide: Path) => void;

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
  return mergeMappings(base, patch, options, { result: [], base: [], patch: [] });
}

/** Where one and the same thing is: in the result, and on either side. */
interface Places {
  readonly result: Path;
  readonly base: Path;
  readonly patch: Path;
}

function mergeMappings(base: JsonObject, patch: JsonObject, options: MergeOptions, at: Places): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const key of Object.keys(base)) {
    const value = base[key];
    if (value === undefined) continue;
    merged.set(key, value);
    if (patch[key] === undefined || !Object.hasOwn(patch, key)) {
      options.cameFrom("base", [...options.at, ...at.result, key], [...at.base, key]);
    }
  }
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    const old = merged.get(key);
    const below: Places = { result: [...at.result, key], base: [...at.base, key], patch: [...at.patch, key] };
    if (isObject(value) && isObject(old)) {
      merged.set(key, mergeMappings(old, value, options, below));
    } else if (Array.isArray(value) && Array.isArray(old) && MERGE_KEYS[key] !== undefined) {
      merged.set(key, mergeLists(old, value, MERGE_KEYS[key], options, below));
    } else {
      options.cameFrom("patch", [...options.at, ...below.result], below.patch);
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
  at: Places,
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
    options.cameFrom(side, [...options.at, ...at.result, merged.length], [...at[side], index]);
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
    const isBaseFirst = options.first === "base";
    const [from, over] = isBaseFirst ? [item, matched] : [matched, item];
    merged.push(
      mergeMappings(from, over, options, {
        result: [...at.result, merged.length],
        base: [...at.base, isBaseFirst ? index : match],
        patch: [...at.patch, isBaseFirst ? match : index],
      }),
    );
  }
  for (const [index, item] of following.entries()) if (!used.has(index)) add(item, other, index);
  return merged;
}
