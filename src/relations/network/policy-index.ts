import type { Doubt, LabelRequirement, LabelSet, SelectorVerdict, UnknownLabel } from "../../resources/selectors.ts";
import { namespaceName, type PolicyPart } from "./policy.ts";

/** A part of a policy, and the policy's rank among all of them. */
export interface RankedPart {
  readonly part: PolicyPart;
  readonly rank: number;
}

/** Parts that select alike and do alike. */
export interface Group {
  readonly part: PolicyPart;
  /** The policies' ranks, ascending. */
  readonly ranks: number[];
  /** The firmest answer that any pod got so far: 0 not selected, 1 perhaps, 2 surely. */
  mark: 0 | 1 | 2;
}

export interface Hit {
  readonly group: Group;
  readonly verdict: true | Doubt;
}

/** The pod that a search is for: what its labels can be looked up by, and how a part of a policy is judged for it. */
export interface Wanted {
  readonly labels: LabelSet;
  readonly namespace: string | UnknownLabel;
  judge(part: PolicyPart): SelectorVerdict;
}

/** No fact names more policies than this. */
export const mostNames = 10;

/** Where a group is filed: under a label that every pod it selects must have. */
interface Shelf {
  readonly lanes: Map<string, Lane>;
}

/** The groups of a shelf that do the same, by rank, so that enough of them stand for all. */
interface Lane {
  readonly groups: Group[];
  /** Those of which no pod is known yet; the rest need not be asked once enough are found. */
  fresh: Group[];
}

interface KeyShelves {
  readonly exists: Shelf;
  readonly values: Map<string, Shelf>;
}

/** A key that no label can have: under it stand the groups that ask for a namespace by name. */
const NAMESPACE_KEY = "\0namespace";

/**
 * Policies by the labels that they ask for. Policies that select and do alike are one group; a group is filed under its
 * rarest label (or key), only those that ask for none are held against every pod. A search stops asking where the
 * answer cannot change what is said of the pod, nor whether a policy selects anything: 10,000 pods and 5,000 policies
 * are no product, even where all policies select all pods.
 */
export class PolicyIndex {
  readonly #byKey = new Map<string, KeyShelves>();
  readonly #always: Shelf = { lanes: new Map() };
  readonly #onMark: (group: Group) => void;
  /** One hit is enough, for none of them is sure. */
  readonly #doubtful: boolean;

  constructor(parts: readonly RankedPart[], onMark: (group: Group) => void, doubtful: boolean) {
    this.#onMark = onMark;
    this.#doubtful = doubtful;
    const groups = grouped(parts);
    const rarity = new Rarity(groups);
    for (const group of groups) this.#file(group, rarity.choose(group.part));
  }

  /** Adds the groups that select the pod, or may; of many that do the same, the first few by rank. */
  find(wanted: Wanted, hits: Hit[]): void {
    this.#searchShelf(this.#always, wanted, hits);
    if (this.#byKey.size === 0) return;
    for (const [key, value] of wanted.labels.entries()) this.#searchKey(this.#byKey.get(key), value, wanted, hits);
    this.#searchKey(this.#byKey.get(NAMESPACE_KEY), wanted.namespace, wanted, hits);
    for (const prefix of wanted.labels.prefixes) {
      for (const [key, shelves] of this.#byKey) {
        const value = key.startsWith(prefix) && key !== NAMESPACE_KEY ? wanted.labels.get(key) : undefined;
        if (value !== undefined && typeof value !== "string") this.#searchKey(shelves, value, wanted, hits);
      }
    }
  }

  #searchKey(shelves: KeyShelves | undefined, value: string | UnknownLabel, wanted: Wanted, hits: Hit[]): void {
    if (shelves === undefined) return;
    this.#searchShelf(shelves.exists, wanted, hits);
    if (typeof value !== "string") {
      for (const shelf of shelves.values.values()) this.#searchShelf(shelf, wanted, hits);
      return;
    }
    const shelf = shelves.values.get(value);
    if (shelf !== undefined) this.#searchShelf(shelf, wanted, hits);
  }

  #searchShelf(shelf: Shelf, wanted: Wanted, hits: Hit[]): void {
    for (const lane of shelf.lanes.values()) this.#searchLane(lane, wanted, hits);
  }

  #searchLane(lane: Lane, wanted: Wanted, hits: Hit[]): void {
    let named = 0;
    let doubted = false;
    let displaced = false;
    let asked = 0;
    for (; asked < lane.groups.length && named < mostNames; asked++) {
      const group = lane.groups[asked] as Group;
      const verdict = this.#ask(group, wanted);
      if (verdict === false) continue;
      if (verdict === true) {
        hits.push({ group, verdict });
        named += group.ranks.length;
      } else if (verdict.reason === "namespace-option") {
        if (!displaced) hits.push({ group, verdict });
        displaced = true;
      } else {
        if (!doubted) hits.push({ group, verdict });
        doubted = true;
      }
      if (this.#doubtful) named = mostNames;
    }
    if (asked === lane.groups.length || lane.fresh.length === 0) return;
    const settled = this.#doubtful ? 1 : 2;
    lane.fresh = lane.fresh.filter((group) => {
      if (group.mark < settled) this.#ask(group, wanted);
      return group.mark < settled;
    });
  }

  #ask(group: Group, wanted: Wanted): SelectorVerdict {
    const verdict = wanted.judge(group.part);
    const mark = verdict === true ? 2 : verdict === false ? 0 : 1;
    if (mark > group.mark) {
      group.mark = mark;
      this.#onMark(group);
    }
    return verdict;
  }

  #file(group: Group, requirement: LabelRequirement | null): void {
    if (requirement === null) {
      fileOn(this.#always, group);
      return;
    }
    const key = requirement.namespace === true ? NAMESPACE_KEY : requirement.key;
    let shelves = this.#byKey.get(key);
    if (shelves === undefined) {
      shelves = { exists: { lanes: new Map() }, values: new Map() };
      this.#byKey.set(key, shelves);
    }
    if (!isPair(requirement)) {
      fileOn(shelves.exists, group);
      return;
    }
    for (const value of new Set(requirement.values)) {
      let shelf = shelves.values.get(value);
      if (shelf === undefined) {
        shelf = { lanes: new Map() };
        shelves.values.set(value, shelf);
      }
      fileOn(shelf, group);
    }
  }
}

function fileOn(shelf: Shelf, group: Group): void {
  const key = `${group.part.ingress} ${group.part.egress}`;
  const lane = shelf.lanes.get(key);
  if (lane === undefined) shelf.lanes.set(key, { groups: [group], fresh: [group] });
  else {
    lane.groups.push(group);
    lane.fresh.push(group);
  }
}

/** By rank of their first member, as the parts come. */
function grouped(parts: readonly RankedPart[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { part, rank } of parts) {
    const key = JSON.stringify(part);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { part, ranks: [rank], mark: 0 });
    else if (group.ranks[group.ranks.length - 1] !== rank) group.ranks.push(rank);
  }
  return [...groups.values()];
}

/** Whether a requirement can only be met by one of its values. */
function isPair(requirement: LabelRequirement): boolean {
  return requirement.operator === "In" && requirement.template !== true;
}

/** Whether every pod that meets the requirement has the label. */
function isFileable({ operator, namespace, key }: LabelRequirement): boolean {
  if (namespace === true) return key === namespaceName && operator !== "NotIn" && operator !== "DoesNotExist";
  return operator !== "NotIn" && operator !== "DoesNotExist";
}

/** How many groups ask for a label, so that each is filed where the fewest others are. */
class Rarity {
  readonly #counts = new Map<string, number>();

  constructor(groups: readonly Group[]) {
    for (const { part } of groups) {
      for (const requirement of part.selector.requirements) {
        if (isFileable(requirement)) this.#count(requirement);
      }
    }
  }

  choose(part: PolicyPart): LabelRequirement | null {
    let best: LabelRequirement | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const requirement of part.selector.requirements) {
      if (!isFileable(requirement)) continue;
      const cost = this.#cost(requirement);
      if (cost >= least) continue;
      best = requirement;
      least = cost;
    }
    return best;
  }

  #count(requirement: LabelRequirement): void {
    for (const name of this.#names(requirement)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  #cost(requirement: LabelRequirement): number {
    let cost = 0;
    for (const name of this.#names(requirement)) cost += this.#counts.get(name) ?? 0;
    return cost;
  }

  #names(requirement: LabelRequirement): string[] {
    const key = requirement.namespace === true ? NAMESPACE_KEY : requirement.key;
    return isPair(requirement) ? requirement.values.map((value) => `${key}\0${value}`) : [key];
  }
}
