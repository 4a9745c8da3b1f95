/** A place in a document: mapping keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** A value as JSON has it; what YAML becomes when Kubernetes has read it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}
