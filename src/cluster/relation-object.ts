import type { JsonObject } from "../documents/document.ts";
import { valueDocument } from "../documents/value-document.ts";
import { objectOf, textOf } from "../resources/json.ts";
import { type RelationEntry, relationEntryOf } from "../resources/resource-set.ts";
import { resourceOf } from "../resources/unpack.ts";
import type { ServedAt } from "./watched-kinds.ts";

/** An object of the cluster, reduced to what relations ask; the rest of it is not kept. */
export interface RelationObject {
  /** Null for an object that lives in none. */
  readonly namespace: string | null;
  readonly name: string;
  /** Null where it takes part in no relation, as a Service that selects nothing. */
  readonly entry: RelationEntry | null;
}

/** Reduces an object of a list or a watch. Items of a list do not say their own type, so `kind` and `at` do. */
export function relationObjectOf(object: JsonObject, kind: string, { group, version }: ServedAt): RelationObject {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const typed = { ...object, apiVersion, kind };
  const metadata = objectOf(object.metadata);
  const entry = relationEntryOf(resourceOf(valueDocument(typed), typed, []), { path: "", rendering: "" });
  return { namespace: textOf(metadata.namespace), name: textOf(metadata.name) ?? "", entry };
}
