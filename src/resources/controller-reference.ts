import { listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";

/** An ownerReference with `controller: true`. */
export interface ControllerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The controller that an object's metadata names, or null. Whoever may create an object may write any into it. */
export function controllerReference(metadata: JsonObject): ControllerReference | null {
  for (const each of listOf(metadata.ownerReferences)) {
    const reference = objectOf(each);
    if (reference.controller !== true) continue;
    const [apiVersion, kind] = [textOf(reference.apiVersion), textOf(reference.kind)];
    const [name, uid] = [textOf(reference.name), textOf(reference.uid)];
    if (apiVersion !== null && kind !== null && name !== null && uid !== null) return { apiVersion, kind, name, uid };
  }
  return null;
}
