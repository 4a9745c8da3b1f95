import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFile } from "../../src/documents/parse-file.ts";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";

const folder = join(import.meta.dirname, "../../fixtures/injected");

/** What meshes and operators add to Pods: `istio`, `linkerd`, … */
export const injectors: readonly string[] = readdirSync(folder)
  .filter((file) => file !== "pod.yaml")
  .map((file) => file.replace(".yaml", ""))
  .sort();

export type Container = { [field: string]: JsonValue | undefined };
export interface PodSpec extends JsonObject {
  containers: Container[];
  initContainers: Container[];
  volumes: JsonValue[];
}

/** A Pod that every rule agrees with, into which somebody injected. A new object each time. */
export function injectedPod(injector: string | null): { metadata: JsonObject; spec: PodSpec } & JsonObject {
  const pod = read("pod.yaml");
  const own = objectOf(pod.spec);
  const added = injector === null ? {} : objectOf(read(`${injector}.yaml`).spec);
  const spec: PodSpec = {
    ...own,
    containers: [...containersOf(own.containers), ...containersOf(added.containers)],
    initContainers: containersOf(added.initContainers),
    volumes: [...listOf(own.volumes), ...listOf(added.volumes)],
  };
  return { ...pod, metadata: objectOf(pod.metadata), spec };
}

/** What an injector adds to the lists of a Pod's spec. */
export function additions(injector: string): JsonObject {
  return objectOf(read(`${injector}.yaml`).spec);
}

/** A container of a Pod by its name. */
export function containerOf({ spec }: { readonly spec: PodSpec }, name: string): Container {
  const found = [...spec.initContainers, ...spec.containers].find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return found;
}

function containersOf(value: JsonValue | undefined): Container[] {
  return listOf(value)
    .filter(isObject)
    .map((each) => ({ ...each }));
}

function read(file: string): JsonObject {
  const value = parseFile(readFileSync(join(folder, file), "utf8"), "yaml").documents[0]?.value;
  if (!isObject(value)) throw new Error(`${file} holds no object`);
  return value;
}
