import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Language } from "../messages/language.ts";
import type { AdmissionMode, WrittenNamespaceEntry } from "./admission.ts";
import { type ConfigurationWords, configurationWords } from "./words.ts";

/** The text is no configuration that can be changed. */
export class UnchangeableError extends Error {
  override name = "UnchangeableError";
  readonly #detail: (words: ConfigurationWords) => string;

  constructor(detail: (words: ConfigurationWords) => string) {
    super(detail(configurationWords.en));
    this.#detail = detail;
  }

  /** The same in a language. */
  describe(language: Language): string {
    return this.#detail(configurationWords[language]);
  }
}

/** What is to become of the entry for a namespace. Null: there is to be none. */
export type EntryChange = Omit<WrittenNamespaceEntry, "match"> | null;

/** A configuration's text with one entry of `admission.namespaces` changed. */
export interface ChangedConfiguration {
  readonly text: string;
  /** The entry of that very name before; null where there was none. */
  readonly before: WrittenNamespaceEntry | null;
  /** All entries now, in their order. */
  readonly entries: readonly WrittenNamespaceEntry[];
}

/**
 * Changes the entry for one namespace by its name in the text of a configuration, comments and all else kept. A new entry
 * comes first, for the first that matches decides.
 * @throws UnchangeableError where the text is no mapping, or `admission.namespaces` no list
 */
export function changeEntry(text: string, namespace: string, change: EntryChange): ChangedConfiguration {
  const document: Document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new UnchangeableError((say) => say.noYaml(error.message.split("\n")[0] ?? ""));
  if (document.contents === null) document.contents = document.createNode({});
  if (!isMap(document.contents)) throw new UnchangeableError((say) => say.noMapping("paddlock.yaml"));
  const entries = entriesOf(document, change !== null);
  const at = entries === null ? -1 : entries.items.findIndex((item) => isEntryOf(item, namespace));
  const before = at < 0 ? null : writtenOf(entries?.items[at]);
  if (entries !== null) {
    if (change === null && at >= 0) entries.delete(at);
    else if (change !== null && at < 0) insertFirst(entries, newEntry(document, namespace, change));
    else if (change !== null) updateEntry(entries.items[at], change);
  }
  const all = entries === null ? [] : entries.items.map(writtenOf);
  const now = at < 0 || change === null ? null : writtenOf(entries?.items[at]);
  const same = change === null ? before === null : JSON.stringify(now) === JSON.stringify(before) && before !== null;
  if (same) return { text, before, entries: all };
  // A line that is folded here would be another text to whoever compares.
  return { text: document.toString({ lineWidth: 0 }), before, entries: all };
}

function entriesOf(document: Document, make: boolean): YAMLSeq | null {
  const path = ["admission", "namespaces"];
  const found = document.getIn(path);
  if (isSeq(found)) {
    found.flow = false;
    return found;
  }
  if (found !== undefined && found !== null) throw new UnchangeableError((say) => say.noList("admission.namespaces"));
  const admission = document.get("admission");
  if (admission !== undefined && admission !== null && !isMap(admission)) {
    throw new UnchangeableError((say) => say.noMapping("admission"));
  }
  if (!make) return null;
  if (admission === undefined || admission === null) document.set("admission", document.createNode({}));
  const made = document.createNode([]);
  document.setIn(path, made);
  const set = document.getIn(path);
  return isSeq(set) ? set : null;
}

/** A comment before the first entry is about that one. */
function insertFirst(entries: YAMLSeq, entry: YAMLMap): void {
  const [first] = entries.items;
  if (isMap(first) && entries.commentBefore) {
    first.commentBefore = entries.commentBefore;
    entries.commentBefore = null;
  }
  entries.items.unshift(entry);
}

function newEntry(document: Document, namespace: string, change: NonNullable<EntryChange>): YAMLMap {
  const made = document.createNode({ match: [namespace], ...timesLast(change) });
  made.flow = true;
  return made;
}

function timesLast({ mode, since, until }: NonNullable<EntryChange>): { [key: string]: string } {
  return { mode, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

function updateEntry(item: unknown, { mode, since, until }: NonNullable<EntryChange>): void {
  if (!isMap(item)) return;
  for (const [key, value] of Object.entries({ mode, since, until })) {
    if (value === undefined) item.delete(key);
    else item.set(key, value);
  }
}

function isEntryOf(item: unknown, namespace: string): boolean {
  const { match } = writtenOf(item);
  return typeof match === "string" ? match === namespace : match.length === 1 && match[0] === namespace;
}

function writtenOf(item: unknown): WrittenNamespaceEntry {
  const value: unknown = isMap(item) ? item.toJSON() : {};
  const { match, mode, since, until } = value as { [key: string]: unknown };
  const list = Array.isArray(match) ? match.filter((each) => typeof each === "string") : [];
  return {
    match: typeof match === "string" ? match : list,
    mode: isMode(mode) ? mode : "warn",
    ...(typeof since === "string" ? { since } : {}),
    ...(typeof until === "string" ? { until } : {}),
  };
}

function isMode(value: unknown): value is AdmissionMode {
  return value === "enforce" || value === "warn" || value === "audit";
}
