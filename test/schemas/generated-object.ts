import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { schemaCatalogue } from "../../tools/schemas/build.ts";
import type { RootKind, SchemaNode } from "../../tools/schemas/schema-node.ts";

const { definitions, roots } = schemaCatalogue();

/** An object of a kind, and the mappings in it that have a schema with fields. */
export interface Generated {
  readonly root: RootKind;
  readonly object: JsonObject;
  readonly places: readonly Place[];
}

/** One mapping of the object. Its fields may be changed by a test: the object is made anew for every run. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: { [field: string]: JsonValue | undefined };
  readonly schema: SchemaNode;
}

/** Valid objects of the given kinds. */
export function generated(kinds: readonly RootKind[] = roots): fc.Arbitrary<Generated> {
  return fc.gen().map((generate) => {
    const root = generate(fc.constantFrom, ...kinds);
    const places: Place[] = [];
    const object = new Builder(generate, places).object(definitions.get(root.definition) as SchemaNode, [], 0);
    object.apiVersion = root.group === "" ? root.version : `${root.group}/${root.version}`;
    object.kind = root.kind;
    return { root, object: object as JsonObject, places };
  });
}

/** Deeper down only what is required is made. */
const DEEP = 6;

class Builder {
  readonly #generate: fc.GeneratorValue;
  readonly #places: Place[];

  constructor(generate: fc.GeneratorValue, places: Place[]) {
    this.#generate = generate;
    this.#places = places;
  }

  object(schema: SchemaNode, path: readonly (string | number)[], depth: number): { [field: string]: JsonValue } {
    const value: { [field: string]: JsonValue } = {};
    const required = schema.required ?? [];
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      if (schema.named && field === "metadata") continue;
      const isOptional = !required.includes(field);
      if (isOptional && !this.#generate(fc.boolean)) continue;
      if (isOptional && depth > DEEP) continue;
      value[field] =
        isOptional && this.#generate(fc.boolean) && depth > 1
          ? null
          : this.value(property, [...path, field], depth + 1);
    }
    if (schema.named) {
      const metadata = this.value(schema.properties?.metadata ?? {}, [...path, "metadata"], depth + 1);
      value.metadata = Object.assign(metadata as JsonObject, { name: "generated" });
    }
    if (schema.properties !== undefined) this.#places.push({ path, value, schema });
    return value;
  }

  value(schema: SchemaNode, path: readonly (string | number)[], depth: number): JsonValue {
    if (schema.$ref !== undefined) return this.value(definitions.get(schema.$ref) as SchemaNode, path, depth);
    if (schema.enum !== undefined) return this.#generate(fc.constantFrom, ...schema.enum);
    switch (schema.format) {
      case "quantity":
        return this.#generate(fc.constantFrom, "1", 2, "500m", "1.5Gi", "1e3", 0.5);
      case "int-or-string":
        return this.#generate(fc.constantFrom, 80, "http", "25%");
      case "date-time":
        return this.#generate(fc.constantFrom, "2026-01-31T08:00:00Z", "2026-01-31T08:00:00.123456+08:00");
      case "byte":
        return this.#generate(fc.constantFrom, "", "cGFkZGxl");
      default:
        return this.#plain(schema, path, depth);
    }
  }

  #plain(schema: SchemaNode, path: readonly (string | number)[], depth: number): JsonValue {
    switch (schema.type) {
      case "string":
        return this.#generate(fc.constantFrom, "", "a", "a/b", "1", "真");
      case "boolean":
        return this.#generate(fc.boolean);
      case "integer":
        return this.#generate(fc.integer);
      case "number":
        return this.#generate(fc.integer) / 2;
      case "array": {
        const length = Math.max(schema.minItems ?? 0, this.#generate(fc.integer, { min: 0, max: 2 }));
        return Array.from({ length }, (_, index) => this.value(schema.items ?? {}, [...path, index], depth + 1));
      }
      case "object": {
        if (schema.properties !== undefined) return this.object(schema, path, depth);
        const values = schema.additionalProperties;
        return values ? { "a/b~c": this.value(values, [...path, "a/b~c"], depth + 1) } : { anything: [{}] };
      }
      default:
        return this.#generate(fc.constantFrom, null, true, "x", 1, {}, []);
    }
  }
}
