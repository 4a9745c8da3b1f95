/** The part of JSON Schema (draft 7) in which the definitions are kept. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: "object" | "array" | "string" | "boolean" | "integer" | "number";
  readonly format?: "int32" | "int64" | "double" | "byte" | "date-time" | "quantity" | "int-or-string";
  readonly enum?: readonly string[];
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly minItems?: number;
  /** False: nothing but the properties. A schema: a map. Absent: free. */
  readonly additionalProperties?: false | SchemaNode;
  /** The object's metadata must hold a name or a prefix for one (`generateName`). */
  readonly named?: true;
}

/** Definitions by name: `IoK8sApiAppsV1DeploymentSpec`. A `$ref` is such a name. */
export type Definitions = Map<string, SchemaNode>;

/** What a document says it is, and the definition behind that. */
export interface RootKind {
  /** `apps`; "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly definition: string;
}

/** All kinds that can be validated. */
export interface SchemaCatalogue {
  readonly definitions: Definitions;
  readonly roots: readonly RootKind[];
}
