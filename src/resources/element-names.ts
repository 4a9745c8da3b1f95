import { isObject, objectOf } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";

/** A script in `args` is named by its beginning: it stands in the fingerprint of each finding about it. */
const LONGEST_NAME = 1024;

/** Which key names the elements of a list, where `name` does not, or not one alone. */
const NAMING_KEYS: { readonly [list: string]: string } = { volumeMounts: "mountPath", volumeDevices: "devicePath" };
const OTHER_KEYS = ["name", "mountPath", "containerPort", "port", "key", "ip", "host", "path", "type"] as const;

/**
 * A path with the indices of lists replaced by the names of their elements, so that it survives a reordering:
 * `spec.template.spec.containers[ocr].volumeMounts[/models]`. An element without a name keeps its index.
 */
export function elementNames(object: JsonObject, path: Path): string {
  let text = "";
  for (const step of namedSteps(object, path)) {
    if (typeof step === "string") text += text === "" ? step : `.${step}`;
    else text += `[${step[0]}]`;
  }
  return text;
}

/** The steps of a path, those into a list by the name of the element, or its index. */
export function namedSteps(object: JsonObject, path: Path): readonly (string | readonly [string | number])[] {
  let value: JsonValue | undefined = object;
  let list = "";
  return path.map((step) => {
    value = childOf(value, step);
    if (typeof step === "number") return [nameOf(value, list) ?? step] as const;
    list = step;
    return step;
  });
}

function childOf(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof step === "number" ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function nameOf(element: JsonValue | undefined, list: string): string | null {
  if (typeof element === "string") return shortName(element);
  const mapping = objectOf(element);
  const naming = NAMING_KEYS[list];
  for (const key of naming === undefined ? OTHER_KEYS : [naming, ...OTHER_KEYS]) {
    const name = mapping[key];
    if (typeof name === "string" && name !== "") return shortName(name);
    if (typeof name === "number") return String(name);
  }
  return null;
}

function shortName(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…${name.length}` : name;
}
