import { chunkOf } from "./compile.ts";
import type { SchemaCatalogue, SchemaNode } from "./schema-node.ts";

/** What `places.json` holds: which fields an object has, and what object is behind each. */
export interface Places {
  /** File of a kind → its definition. */
  readonly kinds: { readonly [chunk: string]: number };
  /** By definition: field → the definition of the object (or of the items, or of the map's values), -1 for a scalar. */
  readonly definitions: readonly { readonly [field: string]: number }[];
}

/** The skeleton of all kinds. */
export function placesOf({ definitions, roots }: SchemaCatalogue): Places {
  const objects = [...definitions].filter(([, schema]) => schema.properties !== undefined);
  const numbers = new Map(objects.map(([name], number) => [name, number]));
  const behind = (schema: SchemaNode): number => {
    const inner = schema.items ?? (schema.additionalProperties || undefined);
    if (inner !== undefined) return behind(inner);
    return schema.$ref === undefined ? -1 : (numbers.get(schema.$ref) ?? -1);
  };
  return {
    kinds: Object.fromEntries(roots.map((root) => [chunkOf(root), numbers.get(root.definition) ?? -1])),
    definitions: objects.map(([, schema]) =>
      Object.fromEntries(Object.entries(schema.properties ?? {}).map(([field, value]) => [field, behind(value)])),
    ),
  };
}
