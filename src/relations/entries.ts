import { fitsGlob } from "../json/glob.ts";
import type { Resource } from "../resources/resource.ts";
import { ENDS } from "./relations-table.ts";
import type { End, Participant, RelationEntry } from "./terms/relation.ts";

/** The file that an object stands in. */
export interface EntryFile {
  readonly path: string;
  readonly rendering: string;
}

/** The entry of an object as one end, or null where it does not stand there. */
export function entryOf<Data>(end: End<Data>, object: Participant, file: EntryFile): RelationEntry<Data> | null {
  if (!isOfEnd(end, object)) return null;
  const data = end.read(object);
  return data === null ? null : entryWith(end, data, object.resource, file);
}

/** The entries of an object at the ends in question. */
export function entriesOf(ends: readonly End[], object: Participant, file: EntryFile): readonly RelationEntry[] {
  let entries: RelationEntry[] | undefined;
  for (const end of ends) {
    const entry = entryOf(end, object, file);
    if (entry === null) continue;
    if (entries === undefined) entries = [entry];
    else entries.push(entry);
  }
  return entries ?? none;
}

const none: readonly RelationEntry[] = [];

/** The ends of these roles. */
export function endsOf(roles: Iterable<string>): readonly End[] {
  return [...roles].flatMap((role) => ENDS.get(role) ?? []);
}

/** Whether an object may stand at an end, by its kind. */
export function isOfEnd(end: End, { resource, workload }: Participant): boolean {
  const { group, identity } = resource;
  for (const kind of end.kinds) {
    if (kind === "workload" ? workload !== null : kind === "*" || isOfKind(group, identity.kind, kind)) return true;
  }
  return false;
}

function isOfKind(group: string, kind: string, pattern: string): boolean {
  // Most objects are of another kind, which is told without putting texts together.
  if (!pattern.includes("*")) return pattern.endsWith(kind) && pattern === `${group}/${kind}`;
  return fitsGlob(`${group}/${kind}`, pattern);
}

function entryWith<Data>(end: End<Data>, data: Data, resource: Resource, file: EntryFile): RelationEntry<Data> {
  const { identity, group, document, at } = resource;
  const { line, column } = end.named === true ? document.locate([...at, "metadata", "name"], at).region : nowhere;
  return {
    role: end.role,
    apiVersion: identity.apiVersion,
    group,
    kind: identity.kind,
    namespace: identity.namespace,
    name: identity.name ?? "",
    file: file.path,
    rendering: file.rendering,
    line,
    column,
    data,
  };
}

const nowhere = { line: 0, column: 0 };
