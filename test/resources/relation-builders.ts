import type { Document } from "../../src/documents/document.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { type EntryFile, endsOf, entriesOf } from "../../src/relations/entries.ts";
import { ENDS } from "../../src/relations/relations-table.ts";
import { type PodQuery, ResourceSet } from "../../src/relations/resource-set.ts";
import type { RelationOptions } from "../../src/relations/terms/options.ts";
import type { RelationEntry } from "../../src/relations/terms/relation.ts";
import type { Resource } from "../../src/resources/resource.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";

/** The objects of a document: one, or the items of a list. */
export function resources(object: JsonObject, index = 0): readonly Resource[] {
  const document: Document = {
    index,
    place: String(index),
    value: object,
    line: 1,
    locate: () => ({ field: [], region: { line: 1, column: 1, endLine: 1, endColumn: 1 } }),
  };
  return resourcesOf(document).resources;
}

/** An object as the only one of a document. */
export function resource(object: JsonObject, index = 0): Resource {
  const [first] = resources(object, index);
  if (first === undefined) throw new Error("not a Kubernetes object");
  return first;
}

export interface Options extends Partial<RelationOptions> {
  readonly rendering?: string;
}

const ends = endsOf(ENDS.keys());

/** The entries of an object at all ends, but for workloads, which come by later. */
export function entriesIn(resource: Resource, file: EntryFile): readonly RelationEntry[] {
  return entriesOf(ends, { resource, workload: null }, file).filter(({ role }) => role !== "inhabitant");
}

/** The entries of objects that stand in one file; what has none is left out. */
export function entries(objects: readonly JsonObject[], rendering = ""): RelationEntry[] {
  return objects.flatMap((object, index) => {
    // What goes between threads is a copy.
    return entriesIn(resource(object, index), { path: "set.yaml", rendering }).map((entry) => structuredClone(entry));
  });
}

export function setOf(objects: readonly JsonObject[], options: Options = {}): ResourceSet {
  const { rendering = "", ...rest } = options;
  return setOfEntries(entries(objects, rendering), rest);
}

export function setOfEntries(given: readonly RelationEntry[], options: Partial<RelationOptions> = {}): ResourceSet {
  return new ResourceSet(given, { defaultNamespace: "default", namespaceGiven: false, cluster: false, ...options });
}

export function pod(labels: JsonObject, more: Partial<PodQuery> = {}): PodQuery {
  return { namespace: "ml", labels, controllerLabels: {}, rendering: "", claimNames: [], ...more };
}

export function networkPolicy(spec: JsonObject | null, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "policy", namespace: "ml", ...metadata },
    ...(spec === null ? {} : { spec }),
  };
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  spec: JsonObject,
  namespace?: string,
): JsonObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec };
}
