import {
  type LabelRequirement,
  LabelSet,
  type Selector,
  type SelectorVerdict,
  selects,
} from "../resources/selectors.ts";
import type { Joint } from "./terms/joint.ts";
import type { ByKey, BySelector, Key, Labelled, RelationEntry } from "./terms/relation.ts";

/** Ends that name a key. */
export function keyJoint(match: ByKey<unknown, unknown>): Joint {
  const keys = (side: "from" | "to", entry: RelationEntry): readonly Key[] => {
    if (side === "from") return match.from(entry);
    const own = match.to?.(entry) ?? [{ of: `${entry.group}/${entry.kind}`, name: entry.name }];
    return own.filter(({ name }) => name !== "");
  };
  return { file: keys, ask: keys, fits: () => true };
}

/**
 * Ends of which one selects the other by labels. A selector is filed under the rarest of what it asks for, and asks for
 * the rarest itself; an object under all of its labels.
 */
export function selectorJoint(match: BySelector<unknown, unknown>): Joint {
  const counts = { from: new Map<string, number>(), to: new Map<string, number>() };
  const labels = new WeakMap<RelationEntry, readonly LabelSet[]>();
  const labelsOf = (entry: RelationEntry): readonly LabelSet[] => {
    let known = labels.get(entry);
    if (known === undefined) {
      known = match.to(entry).map(labelSetOf);
      labels.set(entry, known);
    }
    return known;
  };
  const keys = (entry: RelationEntry, among: ReadonlyMap<string, number>, all: "*" | null): readonly Key[] => {
    const selection = match.from(entry);
    if (selection === null) return [];
    const names = namesOf(rarest(selection.selector, among));
    const { namespaces } = selection;
    if (namespaces === undefined) return names.map((name) => ({ of: "labels", name }));
    const places = namespaces === "all" ? [all] : namespaces;
    return places.flatMap((namespace) => names.map((name) => ({ of: "labels", name, namespace })));
  };
  return {
    learn(side, entry) {
      const names = side === "to" ? labelsOf(entry).flatMap(labelNames) : requirementNames(match.from(entry)?.selector);
      for (const name of new Set(names)) counts[side].set(name, (counts[side].get(name) ?? 0) + 1);
    },
    file: (side, entry) => (side === "from" ? keys(entry, counts.from, null) : labelKeys(labelsOf(entry))),
    ask: (side, entry) => (side === "from" ? keys(entry, counts.to, "*") : labelKeys(labelsOf(entry))),
    fits: (from, to) => fits(match.from(from)?.selector, labelsOf(to)),
  };
}

function fits(selector: Selector | undefined, pods: readonly LabelSet[]): SelectorVerdict {
  let verdict: SelectorVerdict = false;
  if (selector === undefined) return verdict;
  for (const pod of pods) {
    const each = selects(selector, pod);
    if (each === true) return true;
    if (verdict === false) verdict = each;
  }
  return verdict;
}

function labelSetOf({ labels, controllerLabels }: Labelled): LabelSet {
  const set = new LabelSet(labels);
  for (const key of Object.keys(controllerLabels)) set.setByController(key, controllerLabels[key] ?? null);
  return set;
}

/** Every object has it, and so every selector that asks for nothing sure is filed there. */
const any = "*";
const pair = (key: string, value: string): string => `=${key}=${value}`;
const present = (key: string): string => `+${key}`;
/** For a label of which the value is not known, and one of which the key is not. */
const unsure = (key: string): string => `?${key}`;
const domain = (key: string): string => `~${key.slice(0, key.indexOf("/") + 1)}`;
const unnamed = "~";

/** Under what an object is filed, and what it asks selectors for. */
function labelNames(labels: LabelSet): string[] {
  const names = [any];
  for (const [key, value] of labels.entries())
    names.push(typeof value === "string" ? pair(key, value) : unsure(key), present(key));
  for (const prefix of labels.prefixes) names.push(prefix.includes("/") ? domain(prefix) : unnamed);
  return names;
}

function labelKeys(pods: readonly LabelSet[]): Key[] {
  return [...new Set(pods.flatMap(labelNames))].map((name) => ({ of: "labels", name }));
}

function isFileable({ operator, template }: LabelRequirement): boolean {
  return (operator === "In" && template !== true) || operator === "Exists";
}

function requirementNames(selector: Selector | undefined): string[] {
  return (selector?.requirements ?? []).filter(isFileable).flatMap(sureNames);
}

function sureNames({ operator, key, values }: LabelRequirement): string[] {
  return operator === "Exists" ? [present(key)] : [...new Set(values)].map((value) => pair(key, value));
}

function rarest({ requirements }: Selector, counts: ReadonlyMap<string, number>): LabelRequirement | null {
  let best: LabelRequirement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const requirement of requirements) {
    if (!isFileable(requirement)) continue;
    let cost = 0;
    for (const name of sureNames(requirement)) cost += counts.get(name) ?? 0;
    if (cost >= least) continue;
    best = requirement;
    least = cost;
  }
  return best;
}

function namesOf(requirement: LabelRequirement | null): string[] {
  if (requirement === null) return [any];
  const { key } = requirement;
  const unknown = [unsure(key), unnamed, ...(key.includes("/") ? [domain(key)] : [])];
  return [...sureNames(requirement), ...unknown];
}
