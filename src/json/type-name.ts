import type { JsonValue } from "./value.ts";

/** The type of a value in JSON Schema's words. */
export function typeName(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
