import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelFolders } from "./recover.ts";
import type { Definitions, SchemaCatalogue, SchemaNode } from "./schema-node.ts";

/** A property as the package's type declarations have it. */
interface DeclaredProperty {
  readonly optional: boolean;
  readonly type: string;
}

/**
 * Holds the recovered definitions against the type declarations of the same packages, which were made on another way
 * from the same source: names, optionality and enumerations of every property, both ways. Throws with all differences.
 *
 * One difference is known and put right: the compiler of the validators drops properties that are called
 * `description`, as it drops descriptions. Returns the completed catalogue.
 */
export function completeFromDeclarations(catalogue: SchemaCatalogue): SchemaCatalogue {
  const declared = readDeclarations();
  const differences: string[] = [];
  const definitions: Definitions = new Map();
  for (const [name, recovered] of catalogue.definitions) {
    const properties = declared.get(name);
    const schema = properties === undefined ? recovered : withDescription(recovered, properties);
    definitions.set(name, schema);
    if (schema.properties === undefined) continue;
    if (properties === undefined) differences.push(`${name}: not declared`);
    else differences.push(...compare(name, schema, properties));
  }
  if (differences.length > 0) throw new Error(`kubernetes-models disagrees with itself:\n${differences.join("\n")}`);
  return { definitions, roots: catalogue.roots };
}

function withDescription(schema: SchemaNode, declared: ReadonlyMap<string, DeclaredProperty>): SchemaNode {
  const { properties } = schema;
  const description = declared.get("description");
  if (properties === undefined || properties.description !== undefined || description?.type !== "string;")
    return schema;
  return { ...schema, properties: { ...properties, description: { type: "string" } } };
}

function* compare(name: string, schema: SchemaNode, declared: ReadonlyMap<string, DeclaredProperty>): Iterable<string> {
  const properties = schema.properties ?? {};
  for (const property of new Set([...Object.keys(properties), ...declared.keys()])) {
    const recovered = properties[property];
    const declaration = declared.get(property);
    const place = `${name}.${property}`;
    if (recovered === undefined || declaration === undefined) {
      yield `${place}: only in the ${recovered === undefined ? "declarations" : "validators"}`;
      continue;
    }
    const required = schema.required?.includes(property) ?? false;
    if (required === declaration.optional) yield `${place}: required ${required}, declared ${declaration.type}`;
    const values = [...declaration.type.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
    const expected = values.length > 0 ? values.join() : undefined;
    const found = recovered.enum ?? recovered.items?.enum;
    if (found?.join() !== expected) yield `${place}: ${found}, declared ${declaration.type}`;
  }
}

/** Every interface by the long name under which its module exports it. */
function readDeclarations(): ReadonlyMap<string, ReadonlyMap<string, DeclaredProperty>> {
  const declared = new Map<string, ReadonlyMap<string, DeclaredProperty>>();
  for (const folder of modelFolders()) {
    for (const file of globSync("**/*.d.ts", { cwd: folder, exclude: ["_schemas/**", "node_modules/**"] })) {
      const text = readFileSync(join(folder, file), "utf8");
      const exported = /export type \{ (I\w+) as I(\w+)/.exec(text);
      if (exported === null) continue;
      const start = text.indexOf(`export interface ${exported[1]} `);
      if (start < 0) continue;
      const body = text.slice(start, text.indexOf("\n}", start));
      declared.set(exported[2] as string, propertiesOf(body));
    }
  }
  return declared;
}

function propertiesOf(body: string): ReadonlyMap<string, DeclaredProperty> {
  const properties = new Map<string, DeclaredProperty>();
  for (const [, name, mark, type] of body.matchAll(/^ {4}"([^"]+)"(\??): (.+)$/gm)) {
    properties.set(name as string, { optional: mark === "?", type: type as string });
  }
  return properties;
}
