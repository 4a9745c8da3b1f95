import type { ClaimFact, NetworkFact, PolicyFact } from "../contract/input.generated.ts";
import { listOf, objectOf } from "../json/json.ts";
import type { Resource } from "../resources/resource.ts";
import { labelMap } from "../resources/selectors.ts";
import { type ClaimEntry, ClaimIndex } from "./claims.ts";
import type { NamespaceEntry } from "./network/namespaces.ts";
import { NetworkIndex } from "./network/network-index.ts";
import { type PolicyEntry, readPolicy } from "./network/policy-entry.ts";
import type { RelationOptions, RelationPod } from "./relations.ts";
import { type ServiceEntry, ServiceIndex } from "./services.ts";

/** An object that relations ask for, reduced to what they ask. Plain data that can be handed to another thread. */
export type RelationEntry = PolicyEntry | ClaimEntry | ServiceEntry | NamespaceEntry;
export type RelationRole = RelationEntry["role"];

export type ResourceSetOptions = RelationOptions;

/** A pod, and the claims that it mounts. */
export interface PodQuery extends RelationPod {
  readonly claimNames: readonly string[];
}

/** The entry of an object, or null if no relation asks for its kind. `rendering` is that of its file. */
export function relationEntryOf(
  resource: Resource,
  file: { readonly path: string; readonly rendering: string },
): RelationEntry | null {
  const { identity, group, object, document } = resource;
  const name = identity.name ?? "";
  const { namespace, kind } = identity;
  const { rendering } = file;
  const policy = readPolicy(resource);
  if (policy !== null) {
    const at = resource.at.join("/");
    return {
      role: "policy",
      file: file.path,
      rendering,
      document: document.place,
      at,
      kind,
      namespace,
      name,
      ...policy,
    };
  }
  if (group !== "" || name === "") return null;
  const spec = objectOf(object.spec);
  switch (kind) {
    case "PersistentVolumeClaim": {
      const accessModes = listOf(spec.accessModes).filter((mode) => typeof mode === "string");
      return { role: "claim", rendering, namespace, name, accessModes };
    }
    case "Service": {
      const selector = labelMap(spec.selector);
      if (selector.requirements.length === 0) return null;
      return { role: "service", rendering, namespace, name, selector };
    }
    case "Namespace":
      return { role: "namespace", rendering, name, labels: objectOf(objectOf(object.metadata).labels) };
    default:
      return null;
  }
}

const KINDS: Readonly<Record<RelationRole, RegExp>> = {
  policy: /NetworkPolicy/,
  claim: /PersistentVolumeClaim/,
  service: /(?<![A-Za-z])Service(?:List)?(?![A-Za-z])/,
  namespace: /(?<![A-Za-z])Namespace(?:List)?(?![A-Za-z])/,
};
/** A kind in double quotes may be written with escapes, or broken over lines behind a backslash. */
const ESCAPED = /\\[xuU]|"[A-Za-z]*\\\r?\n/;
/** A tag may say that a text is base64. */
const ENCODED = /!!binary|tag:yaml\.org/;

/**
 * Whether a text may hold an object that relations ask for, in one of these roles. Errs on the side of yes: a no is
 * sure, however the kind is quoted, folded or escaped.
 */
export function mayHoldRelations(
  text: string,
  roles: readonly RelationRole[] = ["policy", "claim", "service", "namespace"],
): boolean {
  if (roles.some((role) => KINDS[role].test(text))) return true;
  return (text.includes("\\") && ESCAPED.test(text)) || (text.includes("!") && ENCODED.test(text));
}

/**
 * Who selects, mounts or opens whom: all entries of a run, in any order. Every thread may build its own from the same
 * entries and hand on what its pods selected.
 */
export class ResourceSet {
  readonly #entries: readonly RelationEntry[];
  readonly #options: ResourceSetOptions;
  readonly #network: NetworkIndex;
  /** For each policy by rank its place among the entries. */
  readonly #places: readonly number[];
  #ranks: ReadonlyMap<string, number> | undefined;
  #ranksByFile: ReadonlyMap<string, readonly number[]> | undefined;
  #claims: ClaimIndex | undefined;
  #services: ServiceIndex | undefined;

  constructor(entries: readonly RelationEntry[], options: ResourceSetOptions) {
    this.#entries = entries;
    this.#options = options;
    const ranked: { policy: PolicyEntry; place: number }[] = [];
    for (const [place, entry] of entries.entries()) {
      if (entry.role === "policy") ranked.push({ policy: entry, place });
    }
    ranked.sort((a, b) => byPlace(a.policy, b.policy));
    this.#places = ranked.map(({ place }) => place);
    const policies = ranked.map(({ policy }) => policy);
    this.#network = new NetworkIndex(policies, this.#inRole("namespace"), options);
  }

  /** What the policies of the set say of a pod's traffic. Marks the policies that select it. Not to be changed. */
  network(pod: RelationPod): NetworkFact {
    return this.#network.network(pod);
  }

  /** Each claim that a pod mounts, by name. */
  claims(pod: PodQuery): { [name: string]: ClaimFact } {
    if (pod.claimNames.length === 0) return {};
    this.#claims ??= new ClaimIndex(this.#inRole("claim"), this.#options);
    const claims: [string, ClaimFact][] = [];
    for (const name of pod.claimNames) claims.push([name, this.#claims.claim(name, pod.namespace, pod.rendering)]);
    return Object.fromEntries(claims);
  }

  /** Names of the Services that select a pod, sorted. */
  services(pod: RelationPod): string[] {
    this.#services ??= new ServiceIndex(this.#inRole("service"), this.#options);
    return this.#services.services(pod);
  }

  /**
   * Whether an object that is a network policy of the set selects any of the pods that `network` was asked about, here
   * or in the threads whose `selected` was merged. Null for any other object, for a policy that is about no pods, and in
   * a cluster.
   */
  policyFact(resource: Resource, file: { readonly path: string; readonly rendering: string }): PolicyFact | null {
    const { identity, document, at } = resource;
    // Every kind of policy is called so; the line of any other document need not be looked up.
    if (!identity.kind.endsWith("NetworkPolicy")) return null;
    // A cluster's relations come without its workloads: that none is known to be selected says nothing there.
    if (this.#options.cluster === true) return null;
    const name = identity.name ?? "";
    const rank = this.#rankOf(keyOf({ ...file, file: file.path, document: document.place, at: at.join("/"), name }));
    return rank === undefined ? null : this.#network.policy(rank);
  }

  /** Whether a file holds a policy of which it is not sure that it selects a pod, as far as the set knows by now. */
  hasIdlePolicy(file: string): boolean {
    this.#ranksByFile ??= this.#groupedByFile();
    return (this.#ranksByFile.get(file) ?? []).some((rank) => {
      const fact = this.#network.policy(rank);
      return fact !== null && fact.selects !== "pods";
    });
  }

  /** What this set knows of policies that select pods, for `mergeSelected` of a set of the same entries. */
  selected(): number[] {
    const selected: number[] = [];
    for (const { rank, mark } of this.#network.marked()) {
      const place = this.#places[rank];
      if (place !== undefined) selected.push(place * 4 + mark);
    }
    return selected;
  }

  /** Adds what `selected` of a set of the same entries gave. */
  mergeSelected(selected: readonly number[]): void {
    const ranks = new Map(this.#places.map((place, rank) => [place, rank]));
    for (const each of selected) {
      const rank = ranks.get(each >> 2);
      if (rank !== undefined) this.#network.raise(rank, each & 3);
    }
  }

  #groupedByFile(): ReadonlyMap<string, readonly number[]> {
    const ranks = new Map<string, number[]>();
    for (const [rank, place] of this.#places.entries()) {
      const { file } = this.#entries[place] as PolicyEntry;
      const known = ranks.get(file);
      if (known === undefined) ranks.set(file, [rank]);
      else known.push(rank);
    }
    return ranks;
  }

  #rankOf(key: string): number | undefined {
    this.#ranks ??= new Map(
      this.#places.map((place, rank) => {
        return [keyOf(this.#entries[place] as PolicyEntry), rank];
      }),
    );
    return this.#ranks.get(key);
  }

  #inRole<Role extends RelationRole>(role: Role): Extract<RelationEntry, { role: Role }>[] {
    return this.#entries.filter((entry): entry is Extract<RelationEntry, { role: Role }> => entry.role === role);
  }
}

type PolicyPlace = Pick<PolicyEntry, "rendering" | "file" | "document" | "at" | "name">;

/** A chart may render one file several times over, so the place alone does not tell. */
function keyOf({ rendering, file, document, at, name }: PolicyPlace): string {
  return `${rendering}\0${file}\0${document}\0${at}\0${name}`;
}

function byPlace(a: PolicyEntry, b: PolicyEntry): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (
    Number.parseInt(a.document, 10) - Number.parseInt(b.document, 10) || (a.at === b.at ? 0 : a.at < b.at ? -1 : 1)
  );
}
