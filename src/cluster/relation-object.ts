import { valueDocument } from "../documents/value-document.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { endsOf, entriesOf } from "../relations/entries.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";
import { resourceOf } from "../resources/unpack.ts";
import { workloadOf } from "../workloads/workload.ts";
import type { ServedAt, WatchedKind } from "./watched-kinds.ts";

/** An object of the cluster, reduced to what relations ask; the rest of it is not kept. */
export interface RelationObject {
  /** Null for an object that lives in none. */
  readonly namespace: string | null;
  readonly name: string;
  /** The namespace whose objects it is of interest to; null: those of all. */
  readonly concerns: string | null;
  /** None where it takes part in no relation, as a Service that selects nothing. */
  readonly entries: readonly RelationEntry[];
}

/** Reduces an object of a list or a watch. Items of a list do not say their own type, so `watched` and `at` do. */
export function relationObjectOf(
  object: JsonObject,
  { kind, roles }: Pick<WatchedKind, "kind" | "roles">,
  { group, version }: ServedAt,
): RelationObject {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const typed = { ...object, apiVersion, kind };
  const metadata = objectOf(object.metadata);
  const resource = resourceOf(valueDocument(typed), typed, []);
  const ends = endsOf(roles);
  const workload = ends.some(({ kinds }) => kinds.includes("workload")) ? workloadOf(resource, filledIn) : null;
  const entries = entriesOf(ends, { resource, workload }, { path: "", rendering: "" });
  const [namespace, name] = [textOf(metadata.namespace), textOf(metadata.name) ?? ""];
  const concerns = ends.some(({ everywhere }) => everywhere === true) ? null : namespace;
  return {
    ...{ namespace, name, entries: entries.map(kept) },
    // The labels of a namespace concern what lives in it, and nothing else.
    concerns: roles.includes("namespace") ? name : concerns,
  };
}

const filledIn = { filledIn: true };

/**
 * Characters that are kept of one object: every replica keeps all of the cluster's, whoever wrote them. A selector that
 * people write has some hundred.
 */
const mostKept = 8_192;

/** What is left of an entry that is longer than any that is meant. */
function kept(entry: RelationEntry): RelationEntry {
  if (entry.data === null || JSON.stringify(entry.data).length <= mostKept) return entry;
  const [end] = endsOf([entry.role]);
  return { ...entry, data: end?.withoutBulk?.(entry.data) ?? null };
}
