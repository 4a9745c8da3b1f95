import type { JsonValue } from "../json/value.ts";

/** An object while it is being made. */
export type MutableObject = Record<string, JsonValue>;

/** `__proto__` is a key like any other: assigned, it would set the prototype instead. */
export function assign(object: MutableObject, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}
