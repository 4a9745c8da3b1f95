import { nearest } from "../messages/nearest.ts";
import { type Getter, type NamedKind, servedGroups, servedKinds } from "./discovery.ts";

/** What a word for a kind came to. */
export type FoundKind =
  | { readonly kind: NamedKind }
  /** Several groups have a kind of that name, and none of them is Kubernetes' own: `paddlejob.kubeflow.org`, … */
  | { readonly ambiguous: readonly string[] }
  /** The cluster serves none; with what was probably meant. */
  | { readonly unknown: string | undefined };

/** Where most kinds are that people name without their group; what is found in one is looked for no further. */
const ownGroups: readonly string[] = ["", "apps", "batch"];

/**
 * The kind that a word means, as kubectl understands it: `deployment`, `deploy`, `deployments.apps`, `Deployment`,
 * `paddlejobs.v1.batch.paddlepaddle.org`.
 *
 * @throws ApiError where discovery is refused, TransportError where there is no answer
 */
export async function kindOfWord(client: Getter, word: string): Promise<FoundKind> {
  const [name = "", ...rest] = word.toLowerCase().split(".");
  const suffix = rest.join(".");
  const groups = await servedGroups(client);
  const met: NamedKind[] = [];
  for (const group of ownGroups) {
    if (suffix !== "" && !isSuffixOf(suffix, group)) continue;
    met.push(...(await servedKinds(client, group)));
    const found = met.find((kind) => isCalled(kind, name) && fits(kind, suffix));
    if (found !== undefined) return { kind: found };
  }
  const others = groups.filter((group) => !ownGroups.includes(group) && (suffix === "" || isSuffixOf(suffix, group)));
  // An API behind another server may be down, and is hardly the one that is meant.
  const served = await Promise.all(others.map((group) => servedKinds(client, group).catch(() => [])));
  const found = new Map<string, NamedKind>();
  for (const kind of served.flat()) {
    met.push(kind);
    if (isCalled(kind, name) && fits(kind, suffix) && !found.has(kind.group)) found.set(kind.group, kind);
  }
  const [first, second] = found.values();
  if (first === undefined) return { unknown: nearest(name, met.flatMap(namesOf)) };
  if (second === undefined) return { kind: first };
  return { ambiguous: [...found.values()].map(({ singular, plural, group }) => `${singular || plural}.${group}`) };
}

function isCalled(kind: NamedKind, name: string): boolean {
  return (
    kind.kind.toLowerCase() === name || kind.plural === name || kind.singular === name || kind.shortNames.includes(name)
  );
}

function namesOf({ plural, singular, kind }: NamedKind): string[] {
  return [singular === "" ? kind.toLowerCase() : singular, plural];
}

/** Whether what stands behind a name may be of a group: the group, or a version and the group. */
function isSuffixOf(suffix: string, group: string): boolean {
  return (
    suffix === group ||
    (suffix.endsWith(`.${group}`) && isVersion(suffix.slice(0, -group.length - 1))) ||
    (group === "" && isVersion(suffix))
  );
}

function fits({ group, version }: NamedKind, suffix: string): boolean {
  return suffix === "" || suffix === group || suffix === (group === "" ? version : `${version}.${group}`);
}

function isVersion(text: string): boolean {
  return /^v\d+(?:(?:alpha|beta)\d+)?$/.test(text);
}
