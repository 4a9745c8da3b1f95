import { objectOf, textOf } from "../json/json.ts";
import type { ClusterClient } from "./client.ts";

/**
 * One key of a Secret, as text.
 * @throws ApiError where the Secret cannot be read, Error where it has no such key
 */
export async function secretValue(
  client: Pick<ClusterClient, "get">,
  { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const { data } = await client.get(path);
  const value = textOf(objectOf(data)[key]);
  if (value === null) throw new Error(`the Secret has no key ${key}`);
  return Buffer.from(value, "base64").toString("utf8");
}
