import type { SchemaNode } from "./schema-node.ts";

/** Short words for schemas that are written by hand. */
export const string: SchemaNode = { type: "string" };
export const boolean: SchemaNode = { type: "boolean" };
export const integer: SchemaNode = { type: "integer", format: "int64" };
export const int32: SchemaNode = { type: "integer", format: "int32" };
export const time: SchemaNode = { type: "string", format: "date-time" };
export const quantity: SchemaNode = { format: "quantity" };
/** Any value at all. */
export const anything: SchemaNode = {};

export function oneOf(...values: string[]): SchemaNode {
  return { type: "string", enum: values };
}

export function list(items: SchemaNode): SchemaNode {
  return { type: "array", items };
}

export function map(values: SchemaNode): SchemaNode {
  return { type: "object", additionalProperties: values };
}

type Fields = { readonly [name: string]: SchemaNode };

/** An object of these fields and no others; those that are called in `required` must be there. */
export function object(properties: Fields, required: readonly string[] = []): SchemaNode {
  return { type: "object", properties, required, additionalProperties: false };
}

/** An object of which only some fields are known. */
export function openObject(properties: Fields, required: readonly string[] = []): SchemaNode {
  return { type: "object", properties, required };
}

/** A list of objects of the API. Its items are objects of their own and are judged as such. */
export const objectList: SchemaNode = object(
  {
    apiVersion: string,
    kind: string,
    metadata: { $ref: "IoK8sApimachineryPkgApisMetaV1ListMeta" },
    items: list({ type: "object" }),
  },
  ["items"],
);
