import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isObject, objectOf, textOf } from "../../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { RELATION_KINDS, SCALER_KINDS } from "./fixture-kinds.ts";

const root = join(import.meta.dirname, "../../../fixtures/rules");

/** A file of `fixtures/rules`, moved into namespaces that no other file has. */
export interface RuleFixture {
  /** `pinned-image/bad.yaml` */
  readonly name: string;
  readonly file: string;
  /** The text of the configuration beside it; the empty one where there is none. */
  readonly config: string;
  /** Its objects, one for each line of `text`, those of lists by themselves. */
  readonly objects: readonly FixtureObject[];
  /** Where objects that name no namespace go. */
  readonly defaultNamespace: string;
  /** The namespaces of its objects that it does not make itself. */
  readonly namespaces: readonly string[];
}

export interface FixtureObject {
  /** `Deployment/paddle-ocr`, with a number where it is not the first of that name. */
  readonly label: string;
  readonly value: JsonObject;
  readonly isRelation: boolean;
}

/** All of them, in the order of their names. */
export function ruleFixtures(): RuleFixture[] {
  const files = globSync("*/{good,bad}*.yaml", { cwd: root }).filter((name) => !name.endsWith(".config.yaml"));
  return files.sort().map((name, index) => read(name, index));
}

/** Its objects as `check` reads them, without some: one a line, so that a finding's line tells the object. */
export function textOfFixture({ objects }: RuleFixture, without: ReadonlySet<FixtureObject> = new Set()): string {
  return objects.map((object) => `${without.has(object) ? "" : JSON.stringify(object.value)}\n---\n`).join("");
}

/** Which object a finding is about, by its line in the text above. */
export function objectAtLine({ objects }: RuleFixture, line: number): FixtureObject {
  const found = objects[(line - 1) / 2];
  if (found === undefined) throw new Error(`line ${line} holds no object`);
  return found;
}

function read(name: string, index: number): RuleFixture {
  const file = join(root, name);
  const config = join(root, dirname(name), `${basename(name, ".yaml")}.config.yaml`);
  const moved = (namespace: string): string => `${namespace}-${index}`;
  const values: JsonObject[] = [];
  for (const document of parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: false })) {
    for (const object of unpacked(document.toJS())) values.push(object);
  }
  const names = new Set(values.map(namespaceOf).filter((namespace) => namespace !== null));
  const objects = labelled(values.map((value) => objectOf(renamed(value, null, names, moved))));
  const made = new Set(values.filter(({ kind }) => kind === "Namespace").map(nameOf));
  return {
    name,
    file,
    config: existsSync(config) ? readFileSync(config, "utf8") : "",
    objects,
    defaultNamespace: moved("default"),
    namespaces: [...new Set([...names, "default"])].filter((each) => !made.has(each)).map(moved),
  };
}

/** The objects of a document, those of a list one by one: `DeploymentList` says for its items what they are. */
function unpacked(value: JsonValue | undefined): JsonObject[] {
  if (!isObject(value)) return [];
  const { apiVersion, kind, items } = value;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [value];
  const typed = kind === "List" ? {} : { apiVersion: apiVersion ?? null, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item: JsonValue) => unpacked(isObject(item) ? { ...typed, ...item } : item));
}

/** Keys whose value is the name of a namespace. */
const NAMESPACE_KEYS: ReadonlySet<string | null> = new Set([
  "namespace",
  "kubernetes.io/metadata.name",
  "k8s:io.kubernetes.pod.namespace",
]);

/** A value with every namespace of the file moved, wherever it is named. */
function renamed(
  value: JsonValue | undefined,
  key: string | null,
  names: ReadonlySet<string>,
  moved: (namespace: string) => string,
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, key, names, moved));
  if (isObject(value)) {
    const copy: { [key: string]: JsonValue } = {};
    for (const [name, each] of Object.entries(value)) copy[name] = renamed(each, name, names, moved);
    const own = textOf(objectOf(value.metadata).name);
    if (value.kind === "Namespace" && own !== null) copy.metadata = { ...objectOf(copy.metadata), name: moved(own) };
    return copy;
  }
  if (typeof value !== "string") return value ?? null;
  if (NAMESPACE_KEYS.has(key) && names.has(value)) return moved(value);
  // Calico writes selectors as text.
  if (key !== "namespaceSelector") return value;
  return value.replaceAll(/'([^']*)'/g, (quoted, name) => (names.has(name) ? `'${moved(name)}'` : quoted));
}

function labelled(values: readonly JsonObject[]): FixtureObject[] {
  const seen = new Map<string, number>();
  const isOf = (kind: JsonValue | undefined, kinds: ReadonlySet<string>): boolean =>
    typeof kind === "string" && kinds.has(kind);
  const hasScalers = values.some(({ kind }) => isOf(kind, SCALER_KINDS));
  return values.map((value) => {
    const { kind } = value;
    const label = `${typeof kind === "string" ? kind : JSON.stringify(kind ?? null)}/${nameOf(value)}`;
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return {
      label: count === 1 ? label : `${label}#${count}`,
      value,
      isRelation: hasScalers || isOf(kind, RELATION_KINDS),
    };
  });
}

function nameOf(value: JsonObject): string {
  return textOf(objectOf(value.metadata).name) ?? "?";
}

/** What the object says; a Namespace itself lives in none, but others of the file may live in it. */
function namespaceOf(value: JsonObject): string | null {
  if (value.kind === "Namespace") return nameOf(value);
  return textOf(objectOf(value.metadata).namespace);
}
