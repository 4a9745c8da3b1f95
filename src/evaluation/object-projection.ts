import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { LAST_APPLIED } from "../resources/last-applied.ts";

/** UTF-16 units of a value of a ConfigMap that rules are given. */
const longestValue = 8 << 10;

/**
 * An object as rules for its kind are given it: whole, but for kinds that may be large. Of those it is the metadata and
 * what rules read: of a ConfigMap its data, with null in place of long values; of a CustomResourceDefinition all but the schemas.
 */
export function objectProjection(group: string, kind: string, object: JsonObject): JsonObject {
  if (group === "" && kind === "ConfigMap") {
    const { metadata, data, binaryData, ...rest } = object;
    return {
      ...rest,
      metadata: metadataOf(metadata),
      ...(isObject(data) ? { data: shortValues(data) } : {}),
      ...(isObject(binaryData) ? { binaryData: shortValues(binaryData) } : {}),
    };
  }
  if (group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition") {
    const { metadata, spec, status: _status, ...rest } = object;
    return { ...rest, metadata: metadataOf(metadata), ...(isObject(spec) ? { spec: withoutSchemas(spec) } : {}) };
  }
  return object;
}

function metadataOf(metadata: JsonValue | undefined): JsonValue {
  if (!isObject(metadata)) return {};
  const { managedFields: _fields, annotations, ...rest } = metadata;
  if (!isObject(annotations)) return rest;
  const { [LAST_APPLIED]: _applied, ...others } = annotations;
  return { ...rest, annotations: shortValues(others) };
}

function shortValues(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]): [string, JsonValue] => [
      key,
      typeof value === "string" && value.length > longestValue ? null : (value ?? null),
    ]),
  );
}

function withoutSchemas(spec: JsonObject): JsonObject {
  const { versions, validation: _schema, ...rest } = spec;
  if (!Array.isArray(versions)) return rest;
  const slim = versions.map((each: JsonValue) => {
    if (!isObject(each)) return each;
    const { schema: _own, ...version } = each;
    return version;
  });
  return { ...rest, versions: slim };
}
