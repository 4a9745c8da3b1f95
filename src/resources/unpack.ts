import type { Document } from "../documents/document.ts";
import { isObject, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import type { Resource } from "./resource.ts";

/** The Kubernetes objects of a document. `passedOver`: it has content, but none that claims to be such an object. */
export interface Unpacked {
  readonly resources: readonly Resource[];
  readonly passedOver: boolean;
}

/** Lists within lists beyond this depth are taken as they are; the API server knows no such thing at all. */
const DEEPEST_LIST = 16;

/**
 * The Kubernetes objects of a document: itself, or the items of a `List` or of a typed list (`DeploymentList`), whose
 * items may leave out their type. What has only one of `apiVersion` and `kind`, or the wrong types there, is still a
 * resource, with "" in place of what is missing, so that somebody can say so.
 */
export function resourcesOf(document: Document): Unpacked {
  const { value } = document;
  if (!isObject(value) || !(saysSomething(value.apiVersion) || saysSomething(value.kind))) {
    return { resources: [], passedOver: value !== null };
  }
  const resources: Resource[] = [];
  collect(document, value, [], resources);
  return { resources, passedOver: false };
}

/** An object as a resource of its own, at a place in a document. */
export function resourceOf(document: Document, object: JsonObject, at: Path): Resource {
  const apiVersion = textOf(object.apiVersion) ?? "";
  const slash = apiVersion.indexOf("/");
  const metadata = objectOf(object.metadata);
  return {
    document,
    at,
    object,
    identity: {
      apiVersion,
      kind: textOf(object.kind) ?? "",
      namespace: textOf(metadata.namespace),
      name: textOf(metadata.name),
    },
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: slash < 0 ? apiVersion : apiVersion.slice(slash + 1),
  };
}

function collect(document: Document, object: JsonObject, at: Path, resources: Resource[]): void {
  const kind = textOf(object.kind);
  if (kind === null || !kind.endsWith("List") || !Array.isArray(object.items) || at.length >= 2 * DEEPEST_LIST) {
    resources.push(resourceOf(document, object, at));
    return;
  }
  const itemKind = kind.slice(0, -"List".length);
  for (const [index, item] of object.items.entries()) {
    if (item !== null) collect(document, typed(item, object, itemKind), [...at, "items", index], resources);
  }
}

/** The item of a list with the type that a typed list gives to items which name none. */
function typed(item: JsonValue, list: JsonObject, itemKind: string): JsonObject {
  const object = objectOf(item);
  if (itemKind === "" || (saysSomething(object.apiVersion) && saysSomething(object.kind))) return object;
  return {
    ...object,
    apiVersion: saysSomething(object.apiVersion) ? object.apiVersion : list.apiVersion,
    kind: saysSomething(object.kind) ? object.kind : itemKind,
  };
}

function saysSomething(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
