import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { Document } from "../../src/documents/document.ts";
import type { JsonValue } from "../../src/json/value.ts";
import type { Resource } from "../../src/resources/resource.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { type WorkloadOptions, workloadOf } from "../../src/workloads/workload.ts";
import type { WorkloadModel } from "../../src/workloads/workload-model.ts";

/** A document that holds a value and knows no positions. */
export function documentOf(value: JsonValue): Document {
  const locate = (): never => {
    throw new Error("a value without a text has no positions");
  };
  return { index: 0, place: "0", value, line: 1, locate };
}

/** The resources of a YAML text. */
export function resourcesIn(text: string): Resource[] {
  return parseAllDocuments(text).flatMap((parsed) => [...resourcesOf(documentOf(parsed.toJS())).resources]);
}

/** The resources of a YAML file. */
export function resourcesOfFile(path: string): Resource[] {
  return resourcesIn(readFileSync(path, "utf8"));
}

/** The only resource of a YAML text. */
export function resourceIn(text: string): Resource {
  const [resource, ...others] = resourcesIn(text);
  if (resource === undefined || others.length > 0) throw new Error("the text holds other than one resource");
  return resource;
}

/** The workload that the only resource of a YAML text is. */
export function workloadIn(text: string, options?: WorkloadOptions): WorkloadModel {
  const workload = workloadOf(resourceIn(text), options);
  if (workload === null) throw new Error("the text holds no workload");
  return workload;
}
