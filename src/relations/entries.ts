import { fitsGlob } from "../json/glob.ts";
import type { Resource } from "../resources/resource.ts";
import { ENDS } from "./relations-table.ts";
import type { End, Participant, RelationEntry } from "./terms/relation.ts";

/** The file that an object stands in. */
export interface EntryFile {
  readonly path: string;
  readonly rendering: string;
}

/** The entry of an object that asks, or null where it does not stand at the end. Nobody asks where such a one is. */
export function askingEntry<Data>(end: End<Data>, object: Participant, file: EntryFile): RelationEntry<Data> | null {
  if (!isOfEnd(end, object)) return null;
  const data = end.read(object);
  return data === null ? null : entryWith(data, end.role, object.resource, file);
}

/** The same of an object that answers. */
export function entryOf<Data>(end: End<Data>, object: Participant, file: EntryFile): RelationEntry<Data> | null {
  const entry = askingEntry(end, object, file);
  return entry === null || end.named !== true ? entry : placed(entry, object.resource);
}

/** An entry with where its name stands, which takes a look at the text. */
export function placed<Data>(entry: RelationEntry<Data>, { document, at }: Resource): RelationEntry<Data> {
  const { line, column } = document.locate([...at, "metadata", "name"], at).region;
  return { ...entry, line, column };
}

/** What an object can be told apart by, and nothing of what it says. */
export function entryWith<Data>(
  data: Data | null,
  role: string,
  { identity, group }: Resource,
  { path, rendering }: EntryFile,
): RelationEntry<Data> {
  const { apiVersion, kind, namespace, name } = identity;
  return {
    role,
    apiVersion,
    group,
    kind,
    namespace,
    name: name ?? "",
    file: path,
    rendering,
    line: 0,
    column: 0,
    data,
  };
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
