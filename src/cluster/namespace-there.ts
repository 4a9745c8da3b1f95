import { objectOf, textOf } from "../json/json.ts";
import { nearest } from "../messages/nearest.ts";
import { ApiError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";

/** Names that are looked through for one that was probably meant. */
const mostNames = 5_000;

/** Whether a namespace is there; `unknown`: whoever asks may not see it. */
export type NamespaceThere =
  | { readonly state: "there" | "unknown" }
  /** With the name that was probably meant. */
  | { readonly state: "absent"; readonly near: string | undefined };

/** @throws ApiError but for a missing permission, TransportError */
export async function namespaceThere(client: ClusterClient, name: string): Promise<NamespaceThere> {
  try {
    await client.get(`/api/v1/namespaces/${encodeURIComponent(name)}`);
    return { state: "there" };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) return { state: "unknown" };
    if (error.status !== 404) throw error;
    return { state: "absent", near: nearest(name, await namesAt(client, "/api/v1/namespaces")) };
  }
}

/** The names of the objects at a path, as many as are looked through; none where they may not be listed. */
export async function namesAt(client: ClusterClient, path: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { items } of client.pages(path)) {
      for (const item of items) {
        const name = textOf(objectOf(item.metadata).name);
        if (name !== null) names.push(name);
      }
      if (names.length >= mostNames) break;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return names;
}
