import type { JsonObject, JsonValue, Path } from "./value.ts";

/** Whether a value is a mapping: neither null, nor a list, nor a scalar. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NOTHING: JsonObject = Object.freeze({});
const NO_ITEMS: readonly JsonValue[] = Object.freeze([]);

/** The value where it is a mapping, else an empty one: a wrong type is for the schema to report. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** The value where it is a list, else an empty one. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** The value where it is a string that says something, else null. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The value at a path, or undefined. Only own keys count. */
export function valueAt(root: JsonValue | undefined, path: Path): JsonValue | undefined {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[key as number];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}
