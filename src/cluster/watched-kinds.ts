import { endsOf } from "../relations/entries.ts";
import { type WatchedEnd, watchedOf } from "../relations/watched.ts";
import { type Getter, type ServedKind, servedKinds } from "./discovery.ts";

/** A kind of objects that relations ask for. */
export interface WatchedKind extends WatchedEnd {
  /** `Namespace`, `NetworkPolicy.networking.k8s.io`: what people read, and unique. */
  readonly name: string;
  /** Where it is served; null where discovery has to tell. */
  readonly at: ServedAt | null;
}

export type ServedAt = Pick<ServedKind, "group" | "version" | "plural">;

/** Kinds of which every server knows where they are. */
const known: { readonly [kind: string]: ServedAt } = {
  "/Namespace": { group: "", version: "v1", plural: "namespaces" },
  "/PersistentVolumeClaim": { group: "", version: "v1", plural: "persistentvolumeclaims" },
  "/Service": { group: "", version: "v1", plural: "services" },
  "networking.k8s.io/NetworkPolicy": { group: "networking.k8s.io", version: "v1", plural: "networkpolicies" },
};

/** The kinds whose objects stand at the ends of these roles, each once. */
export function watchedKinds(roles: Iterable<string>): readonly WatchedKind[] {
  return watchedOf(endsOf(roles)).map((watched) => {
    const { groups, kind } = watched;
    const [group = ""] = groups;
    return { ...watched, name: group === "" ? kind : `${kind}.${group}`, at: known[`${group}/${kind}`] ?? null };
  });
}

/**
 * Where a kind is served, or null if it is not installed.
 *
 * @throws ApiError where discovery is refused, TransportError where there is no answer
 */
export async function locate(client: Getter, watched: WatchedKind, signal: AbortSignal): Promise<ServedAt | null> {
  if (watched.at !== null) return watched.at;
  for (const group of watched.groups) {
    const served = await servedKinds(client, group, { signal });
    const found = served.find(({ kind, verbs }) => kind === watched.kind && verbs.includes("watch"));
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether objects of a kind live in no namespace. Kinds that every server knows are not asked for by discovery. */
export function isClusterScoped({ kind }: WatchedKind, at: ServedAt): boolean {
  return "namespaced" in at ? at.namespaced === false : kind === "Namespace";
}
