import { valueDocument } from "../documents/value-document.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { type RelationEntry, relationEntryOf } from "../relations/resource-set.ts";
import { malformed } from "../resources/selectors.ts";
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
  const kept = entry === null || JSON.stringify(entry).length <= mostKept ? entry : withoutBulk(entry);
  return { namespace: textOf(metadata.namespace), name: textOf(metadata.name) ?? "", entry: kept };
}

/**
 * Characters that are kept of one object: every replica keeps all of the cluster's, whoever wrote them. A selector that
 * people write has some hundred.
 */
const mostKept = 8_192;

/** What is left of an entry that is longer than any that is meant: of a policy nobody can say any more whom it selects. */
function withoutBulk(entry: RelationEntry): RelationEntry | null {
  switch (entry.role) {
    case "policy":
      return { ...entry, parts: [{ selector: inDoubt, ingress: "unknown", egress: "unknown", doubt: malformed }] };
    case "claim":
      return { ...entry, accessModes: [] };
    case "namespace":
      return { ...entry, labels: {} };
    case "service":
      return null;
  }
}

const inDoubt = { requirements: [], doubt: malformed };
