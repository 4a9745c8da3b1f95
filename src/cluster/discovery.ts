import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { ApiError } from "./api-error.ts";
import type { RequestOptions } from "./client.ts";

/** A kind of objects that the API server serves, in one version. */
export interface ServedKind {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As paths name it: `networkpolicies`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** The same with what people call it by. */
export interface NamedKind extends ServedKind {
  /** `deployment`; "" where the API does not say. */
  readonly singular: string;
  /** `deploy`. */
  readonly shortNames: readonly string[];
}

/** Whoever can get a path: the client. */
export interface Getter {
  get(path: string, options?: RequestOptions): Promise<JsonObject>;
}

/**
 * The kinds that the API server serves in a group, the version first that it prefers; none where the group is not
 * installed. Subresources are left out.
 *
 * @throws ApiError where discovery is refused, TransportError where there is no answer
 */
export async function servedKinds(client: Getter, group: string, options: RequestOptions = {}): Promise<NamedKind[]> {
  const versions = group === "" ? ["v1"] : await versionsOf(client, group, options);
  const kinds: NamedKind[] = [];
  for (const version of versions) kinds.push(...(await servedVersion(client, group, version, options)));
  return kinds;
}

/** The same of one version of a group. */
export async function servedVersion(
  client: Getter,
  group: string,
  version: string,
  options: RequestOptions = {},
): Promise<NamedKind[]> {
  const kinds: NamedKind[] = [];
  const list = await found(client.get(rootOf(group, version), options));
  for (const resource of listOf(list?.resources)) {
    if (!isObject(resource)) continue;
    const plural = textOf(resource.name) ?? "";
    const kind = textOf(resource.kind);
    if (kind === null || plural === "" || plural.includes("/")) continue;
    const verbs = listOf(resource.verbs).filter((verb) => typeof verb === "string");
    const shortNames = listOf(resource.shortNames).filter((name) => typeof name === "string");
    const singular = textOf(resource.singularName) ?? "";
    const namespaced = resource.namespaced === true;
    kinds.push({ group, version, kind, plural, namespaced, verbs, singular, shortNames });
  }
  return kinds;
}

/**
 * All groups that the API server serves, the core's first.
 *
 * @throws ApiError where discovery is refused, TransportError where there is no answer
 */
export async function servedGroups(client: Getter, options: RequestOptions = {}): Promise<string[]> {
  const list = await client.get("/apis", options);
  return ["", ...listOf(list.groups).flatMap((group) => textOf(objectOf(group).name) ?? [])];
}

/** The path of a kind's objects: of one, of those of a namespace, or of all. */
export function pathOf(
  { group, version, plural }: Pick<ServedKind, "group" | "version" | "plural">,
  namespace: string | null = null,
  name: string | null = null,
): string {
  const within = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const one = name === null ? "" : `/${encodeURIComponent(name)}`;
  return `${rootOf(group, version)}${within}/${plural}${one}`;
}

function rootOf(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

async function versionsOf(client: Getter, group: string, options: RequestOptions): Promise<string[]> {
  const answer = await found(client.get(`/apis/${encodeURIComponent(group)}`, options));
  const preferred = textOf(objectOf(answer?.preferredVersion).version);
  const versions = listOf(answer?.versions).flatMap((each) => textOf(objectOf(each).version) ?? []);
  return [...new Set(preferred === null ? versions : [preferred, ...versions])];
}

/** What is not there is null: it may be removed between two questions. */
async function found(answer: Promise<JsonObject>): Promise<JsonObject | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
