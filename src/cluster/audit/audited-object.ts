import { objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { type ControllerReference, controllerReference } from "../../resources/controller-reference.ts";
import { kindKey, referredKindKey } from "../../resources/kind-key.ts";
import { LAST_APPLIED } from "../../resources/last-applied.ts";
import { type ListedKind, mayBeMadeFor } from "./audited-kinds.ts";

/** What the audit keeps in mind of an object. */
export interface ObjectKey {
  readonly kind: ListedKind;
  /** Null: cluster-scoped. */
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  readonly controller: ControllerReference | null;
}

/** The key of an object as the API server lists it, or null where it lacks what every stored object has. */
export function objectKey(object: JsonObject, kind: ListedKind): ObjectKey | null {
  const metadata = objectOf(object.metadata);
  const name = textOf(metadata.name);
  const uid = textOf(metadata.uid);
  if (name === null || uid === null) return null;
  return { kind, namespace: textOf(metadata.namespace), name, uid, controller: controllerOf(metadata, kind) };
}

/** One that makes no objects of this kind is none. */
function controllerOf(metadata: JsonObject, kind: ListedKind): ControllerReference | null {
  const controller = controllerReference(metadata);
  if (controller === null) return null;
  return mayBeMadeFor(referredKindKey(controller), kindKey(kind)) ? controller : null;
}

/** What servers and controllers write into an object; people do not, and no rule reads it. */
const serverSet: ReadonlySet<string> = new Set([
  "managedFields",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "selfLink",
  "uid",
]);

/** The object as people would write it: typed, as items of a list are not, and without what servers set. */
export function withoutNoise(object: JsonObject, kind: ListedKind): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata: written, status: _status, ...rest } = object;
  const { name, namespace, annotations, ...metadata } = objectOf(written);
  const kept = Object.entries(metadata).filter(([key]) => !serverSet.has(key));
  const notes = Object.entries(objectOf(annotations)).filter(([key]) => key !== LAST_APPLIED);
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) }),
      ...Object.fromEntries(kept),
    },
    ...rest,
  };
}

/** How reports call an object, in place of a file: `ml/deployment.apps/ocr`, much as kubectl does. */
export function shownName({ kind, namespace, name }: Pick<ObjectKey, "kind" | "namespace" | "name">): string {
  const type = kind.group === "" ? kind.kind.toLowerCase() : `${kind.kind.toLowerCase()}.${kind.group}`;
  return [...(namespace === null ? [] : [namespace]), type, name].join("/");
}
