import { Ajv, type SchemaObject } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { addKeywords } from "./keywords.ts";
import type { RootKind, SchemaCatalogue, SchemaNode } from "./schema-node.ts";
import { squeeze } from "./squeeze.ts";

/** Definitions that a whole family of kinds shares are compiled once, into a file of their own. */
const SHARED: readonly { readonly chunk: string; readonly entry: RegExp }[] = [
  { chunk: "metadata", entry: /^IoK8sApimachinery/ },
  { chunk: "pod", entry: /^IoK8sApiCoreV1PodTemplateSpec$/ },
];

/** What nearly every workload needs of the shared files: worth being compiled before it is called. */
const EVERYDAY =
  /(?:ObjectMeta|LabelSelector|PodTemplateSpec|PodSpec|V1Container|ContainerPort|EnvVar|EnvVarSource|ResourceRequirements|Probe|HTTPGetAction|V1SecurityContext|PodSecurityContext|Capabilities|SeccompProfile|VolumeMount|V1Volume|PersistentVolumeClaimVolumeSource|EmptyDirVolumeSource|ConfigMapVolumeSource)$/;

/** RFC 3339 as Go reads it: capital T and Z. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** Base64 as Go reads it: line breaks do not count. Its length is not judged. */
const BASE64 = /^[A-Za-z0-9+/\r\n]*(?:=[\r\n]*){0,2}$/;

/** The file of a kind, without its ending: `apps_v1_Deployment`, `core_v1_Pod`. */
export function chunkOf(root: Pick<RootKind, "group" | "version" | "kind">): string {
  return `${root.group || "core"}_${root.version}_${root.kind}`;
}

/**
 * The CommonJS text of every file: one for each kind, which exports `validate`, and the shared ones. They require each
 * other and nothing else.
 */
export function compileChunks(catalogue: SchemaCatalogue): ReadonlyMap<string, string> {
  const compiler = new ChunkCompiler(catalogue);
  const chunks = new Map<string, string>();
  for (const { chunk } of SHARED) chunks.set(chunk, compiler.shared(chunk));
  for (const root of catalogue.roots) chunks.set(chunkOf(root), compiler.root(root));
  return chunks;
}

class ChunkCompiler {
  readonly #catalogue: SchemaCatalogue;
  /** Definition → the shared file that holds it. */
  readonly #home = new Map<string, string>();
  /** Definition → the file of the kind that it is. */
  readonly #roots = new Map<string, string>();

  constructor(catalogue: SchemaCatalogue) {
    this.#catalogue = catalogue;
    for (const { chunk, entry } of SHARED) {
      for (const name of catalogue.definitions.keys()) {
        if (entry.test(name))
          for (const reached of this.#closure(name)) if (!this.#home.has(reached)) this.#home.set(reached, chunk);
      }
    }
    for (const root of catalogue.roots) this.#roots.set(root.definition, chunkOf(root));
  }

  shared(chunk: string): string {
    const names = [...this.#home].filter(([, home]) => home === chunk).map(([name]) => name);
    return this.#compile(chunk, names, Object.fromEntries(names.map((name) => [name, name])));
  }

  root(root: RootKind): string {
    const names = this.#closure(root.definition);
    // The pod's file is large: what needs no pod gets a copy of the few definitions that it shares with one.
    const withPod = names.has("IoK8sApiCoreV1PodTemplateSpec") || names.has("IoK8sApiCoreV1PodSpec");
    const own = [...names].filter((name) => {
      if (name === root.definition) return true;
      const home = this.#home.get(name);
      return !this.#roots.has(name) && (home === undefined || (home === "pod" && !withPod));
    });
    return this.#compile(chunkOf(root), own, { validate: root.definition });
  }

  #compile(chunk: string, names: readonly string[], exported: { readonly [name: string]: string }): string {
    const ajv = new Ajv({
      allErrors: true,
      messages: false,
      inlineRefs: false,
      unicodeRegExp: false,
      meta: false,
      validateSchema: false,
      strict: false,
      formats: { "date-time": DATE_TIME, byte: BASE64 },
      code: { source: true, optimize: 2 },
    });
    addKeywords(ajv);
    const own = new Set(names);
    for (const name of names) {
      ajv.addSchema({ $id: name, ...this.#translate(this.#definition(name), own) });
    }
    const isRoot = !SHARED.some((shared) => shared.chunk === chunk);
    return squeeze(standalone.default(ajv, { ...exported }), (name) => isRoot || EVERYDAY.test(name));
  }

  /** The schema in the words of the compiler, in which null stands for an absent field everywhere. */
  #translate(schema: SchemaNode, own: ReadonlySet<string>): SchemaObject {
    if (schema.$ref !== undefined) {
      const target = this.#definition(schema.$ref);
      if (target.properties === undefined) return this.#translate(target, own);
      return own.has(schema.$ref) ? { $ref: schema.$ref } : { link: this.#link(schema.$ref) };
    }
    switch (schema.format) {
      case "quantity":
        return { quantity: true };
      case "int-or-string":
        return { intOrString: true };
      case undefined:
        break;
      default:
        return { type: schema.type, nullable: true, ...FORMATS[schema.format] };
    }
    if (schema.type === undefined) return {};
    return {
      type: schema.type,
      nullable: true,
      ...(schema.enum && { choice: schema.enum }),
      ...(schema.required?.length && { needs: schema.required }),
      ...(schema.named && { named: true }),
      ...(schema.properties && schema.additionalProperties === false && { known: Object.keys(schema.properties) }),
      ...(schema.properties && {
        properties: mapValues(schema.properties, (property) => this.#translate(property, own)),
      }),
      ...(schema.items && { items: this.#item(schema.items, own) }),
      ...(schema.minItems && { minItems: schema.minItems }),
      ...(schema.additionalProperties && { additionalProperties: this.#translate(schema.additionalProperties, own) }),
    };
  }

  #item(schema: SchemaNode, own: ReadonlySet<string>): SchemaObject {
    const target = schema.$ref === undefined ? schema : this.#definition(schema.$ref);
    const translated = this.#translate(schema, own);
    return target.required?.length ? { ...translated, notNull: true } : translated;
  }

  #link(name: string): { chunk: string; name: string } {
    const root = this.#roots.get(name);
    if (root !== undefined) return { chunk: root, name: "validate" };
    const home = this.#home.get(name);
    if (home === undefined) throw new Error(`${name} is in no file`);
    return { chunk: home, name };
  }

  /** The definitions with properties that a definition reaches, itself included; other kinds are not entered. */
  #closure(start: string): ReadonlySet<string> {
    const reached = new Set<string>();
    const waiting = [start];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const schema = this.#definition(name);
      if (reached.has(name) || schema.properties === undefined) continue;
      reached.add(name);
      if (name === start || !this.#roots.has(name)) waiting.push(...references(schema));
    }
    return reached;
  }

  #definition(name: string): SchemaNode {
    const schema = this.#catalogue.definitions.get(name);
    if (schema === undefined) throw new Error(`no definition ${name}`);
    return schema;
  }
}

const FORMATS = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), maximum: 2 ** 63 },
  double: {},
  byte: { format: "byte" },
  "date-time": { format: "date-time" },
} as const;

function* references(schema: SchemaNode): Iterable<string> {
  if (schema.$ref !== undefined) yield schema.$ref;
  for (const property of Object.values(schema.properties ?? {})) yield* references(property);
  if (schema.items !== undefined) yield* references(schema.items);
  if (schema.additionalProperties) yield* references(schema.additionalProperties);
}

function mapValues(
  properties: { readonly [name: string]: SchemaNode },
  map: (schema: SchemaNode) => SchemaObject,
): { [name: string]: SchemaObject } {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, map(schema)]));
}
