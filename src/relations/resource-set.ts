import type { ClaimFact, NetworkFact, PolicyFact, Related } from "../contract/input.generated.ts";
import { isTemplate } from "../resources/quantity.ts";
import type { Resource } from "../resources/resource.ts";
import type { EntryFile } from "./entries.ts";
import { NamespaceLabels } from "./network/namespaces.ts";
import { NetworkIndex } from "./network/network-index.ts";
import type { PolicyEntry } from "./network/policy-entry.ts";
import { type LearntWorkloads, RelatedObjects } from "./related.ts";
import type { ClaimData } from "./rows/claims.ts";
import type { NamespaceData } from "./rows/namespaces.ts";
import { policyEnd } from "./rows/network-policies.ts";
import type { WorkloadData } from "./rows/workload-end.ts";
import type { RelationOptions, RelationPod } from "./terms/options.ts";
import type { Participant, RelationEntry } from "./terms/relation.ts";

/** A pod, and the claims that it mounts. */
export interface PodQuery extends RelationPod {
  readonly claimNames: readonly string[];
}

/** What a set learnt while files were judged. Plain data. */
export interface Learnt {
  /** The policies that select pods, or may. */
  readonly selected: readonly number[];
  readonly workloads: LearntWorkloads;
}

/**
 * Who selects, mounts or opens whom: all entries of a run, in any order. Every thread may build its own from the same
 * entries and hand on what its pods selected.
 */
export class ResourceSet {
  readonly #entries: readonly RelationEntry[];
  readonly #options: RelationOptions;
  readonly #related: RelatedObjects;
  readonly #network: NetworkIndex;
  /** For each policy by rank its place among the entries. */
  readonly #places: readonly number[];
  #ranks: ReadonlyMap<string, number> | undefined;
  #ranksByFile: ReadonlyMap<string, readonly number[]> | undefined;

  /** @param names of the relations that rules ask for by these */
  constructor(entries: readonly RelationEntry[], options: RelationOptions, names: readonly string[] = []) {
    this.#entries = entries;
    this.#options = options;
    const ranked: { policy: PolicyEntry; place: number }[] = [];
    for (const [place, entry] of entries.entries()) {
      if (isPolicy(entry)) ranked.push({ policy: entry, place });
    }
    ranked.sort((a, b) => byPlace(a.policy, b.policy));
    this.#places = ranked.map(({ place }) => place);
    const policies = ranked.map(({ policy }) => policy);
    this.#related = new RelatedObjects(entries, names, options);
    const namespaces = this.#related.entries("namespace") as readonly RelationEntry<NamespaceData>[];
    this.#network = new NetworkIndex(policies, new NamespaceLabels(namespaces), options);
  }

  /** What an object's relations are, of those in `names` that it has. */
  related(object: Participant, file: EntryFile, names: readonly string[]): { [name: string]: Related } | null {
    return this.#related.related(object, file, names);
  }

  /** What the policies of the set say of a pod's traffic. Marks the policies that select it. Not to be changed. */
  network(pod: RelationPod): NetworkFact {
    return this.#network.network(pod);
  }

  /** Each claim that a pod mounts, by name. Not found is `no` only in a cluster whose claims are known. */
  claims(pod: PodQuery): { [name: string]: ClaimFact } {
    const claims: [string, ClaimFact][] = [];
    for (const name of pod.claimNames) {
      const { entries, doubt } = this.#related.ask("claims", workloadOf({ ...pod, claimNames: [name] }));
      const [found] = entries as readonly RelationEntry<ClaimData>[];
      const { cluster, unknownRoles } = this.#options;
      const known = cluster && unknownRoles?.includes("claim") !== true && doubt === null;
      const isNamed = !isTemplate(name) && !isTemplate(pod.namespace ?? "");
      if (found === undefined) claims.push([name, { found: known && isNamed ? "no" : "unknown", accessModes: [] }]);
      else claims.push([name, { found: "yes", accessModes: [...(found.data?.accessModes ?? [])] }]);
    }
    return Object.fromEntries(claims);
  }

  /** Names of the Services that surely select a pod, sorted. */
  services(pod: PodQuery): string[] {
    if (this.#related.entries("service").length === 0) return [];
    const { entries } = this.#related.ask("services", workloadOf(pod));
    return [...new Set(entries.map(({ name }) => name))].filter((name) => name !== "").sort();
  }

  /** Takes note of an object where it is a workload that something of the set asks about. */
  learn(object: Participant, file: EntryFile): void {
    this.#related.learn(object, file);
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

  /**
   * Whether a file holds a question that the workloads of other files may answer: a policy that selects no pod yet, a
   * reference to what is not there yet.
   */
  hasOpenQuestion(file: string): boolean {
    if (this.#related.hasOpenQuestion(file)) return true;
    this.#ranksByFile ??= this.#groupedByFile();
    return (this.#ranksByFile.get(file) ?? []).some((rank) => {
      const fact = this.#network.policy(rank);
      return fact !== null && fact.selects !== "pods";
    });
  }

  /** What this set knows by now, for `merge` of a set of the same entries. */
  learnt(): Learnt {
    const selected: number[] = [];
    for (const { rank, mark } of this.#network.marked()) {
      const place = this.#places[rank];
      if (place !== undefined) selected.push(place * 4 + mark);
    }
    return { selected, workloads: this.#related.learnt() };
  }

  /** Knows from now on what all sets of the same entries learnt together, this one among them. */
  merge(learnt: readonly Learnt[]): void {
    const ranks = new Map(this.#places.map((place, rank) => [place, rank]));
    for (const each of learnt.flatMap(({ selected }) => selected)) {
      const rank = ranks.get(each >> 2);
      if (rank !== undefined) this.#network.raise(rank, each & 3);
    }
    this.#related.merge(learnt.map(({ workloads }) => workloads));
  }

  #groupedByFile(): ReadonlyMap<string, readonly number[]> {
    return Map.groupBy(this.#places.keys(), (rank) => this.#entries[this.#places[rank] ?? -1]?.file ?? "");
  }

  #rankOf(key: string): number | undefined {
    this.#ranks ??= new Map(
      this.#places.map((place, rank) => {
        return [keyOf(placeOf(this.#entries[place] as PolicyEntry)), rank];
      }),
    );
    return this.#ranks.get(key);
  }
}

function isPolicy(entry: RelationEntry): entry is PolicyEntry {
  return entry.role === policyEnd.role;
}

/** A workload of one pod. */
function workloadOf({ namespace, rendering, labels, controllerLabels, claimNames }: PodQuery): RelationEntry<unknown> {
  const data: Pick<WorkloadData, "pods"> = { pods: [{ labels, controllerLabels, claims: claimNames }] };
  const identity = { apiVersion: "", group: "", kind: "", namespace, name: "" };
  return { role: "workload", ...identity, file: "", rendering, line: 0, column: 0, data };
}

type PolicyPlace = Pick<RelationEntry, "rendering" | "file" | "name"> & {
  readonly document: string;
  readonly at: string;
};

/** A chart may render one file several times over, so the place alone does not tell. */
function keyOf({ rendering, file, document, at, name }: PolicyPlace): string {
  return `${rendering}\0${file}\0${document}\0${at}\0${name}`;
}

function placeOf(policy: PolicyEntry): PolicyPlace {
  return { ...policy, document: policy.data?.document ?? "", at: policy.data?.at ?? "" };
}

function byPlace(a: PolicyEntry, b: PolicyEntry): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  const [first, second] = [placeOf(a), placeOf(b)];
  return (
    Number.parseInt(first.document, 10) - Number.parseInt(second.document, 10) ||
    (first.at === second.at ? 0 : first.at < second.at ? -1 : 1)
  );
}
