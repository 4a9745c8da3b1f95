import { isObject, textOf, valueAt } from "../../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";

/** Makes namespaces, labelled if asked. Without controllers no default service account comes with them. */
export async function createNamespaces(
  cluster: Cluster,
  names: readonly string[],
  labels: JsonObject = {},
): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const { status, text } = await cluster.client.post("/api/v1/namespaces", { metadata: { name, labels } });
      if (status !== 201) throw new Error(text);
    }),
  );
}

/** Makes objects by kubectl, in this order. @throws Error where one of them is refused. */
export async function applyAll(cluster: Cluster, objects: readonly JsonObject[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: [...objects] };
  const { status, stderr } = await cluster.kubectl(["apply", "-f", "-"], { input: JSON.stringify(list) });
  if (status !== 0) throw new Error(stderr);
}

/** The items of a list that the API server answers. @throws Error where it answers anything else. */
export async function listOfObjects(cluster: Cluster, path: string): Promise<readonly JsonObject[]> {
  const { status, body, text } = await cluster.client.get(path);
  const { items } = body;
  if (status !== 200 || !Array.isArray(items)) throw new Error(`${path}: ${status} ${text}`);
  return items.filter(isObject);
}

/** The text at a path of an object, or the empty one. */
export function textAt(object: JsonValue | undefined, ...path: readonly (string | number)[]): string {
  return textOf(valueAt(object, path)) ?? "";
}
