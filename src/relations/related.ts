import type { Related } from "../contract/input.generated.ts";
import { isTemplate } from "../resources/quantity.ts";
import { type Absence, Census, type Residents } from "./census.ts";
import { askingEntry, type EntryFile, entryOf, entryWith } from "./entries.ts";
import { dependsOnWorkloads } from "./needs.ts";
import { type Answer, identityOf, RelationIndex } from "./relation-index.ts";
import { DIRECTIONS, type Direction } from "./relations-table.ts";
import { type WorkloadData, workloadEnd } from "./rows/workload-end.ts";
import type { RelationOptions } from "./terms/options.ts";
import type { Key, Participant, Relation, RelationEntry } from "./terms/relation.ts";

/** What was learnt of workloads while files were judged, for `merge` of a set of the same entries. Plain data. */
export interface LearntWorkloads {
  readonly entries: readonly RelationEntry[];
  readonly census: readonly (readonly [string, Residents])[];
}

const late = workloadEnd.role;
/** Steps from object to object that one question takes. */
const mostSteps = 1000;

/**
 * The objects that belong to each other, by the relations that are asked for. What is rare in a set is there from the
 * beginning; of the workloads, which are many, only those that somebody asks about are kept, as they come by.
 */
export class RelatedObjects {
  readonly #options: RelationOptions;
  readonly #early: ReadonlyMap<string, readonly RelationEntry[]>;
  readonly #indices = new Map<Relation, RelationIndex>();
  readonly #names: readonly string[];
  /** The relations of which workloads are an end that answers. */
  readonly #lateRelations: readonly Relation[];
  /** All of them find a workload by what it is called. */
  readonly #asksForNames: boolean;
  #census: Census | undefined;
  #lateCensus: Census;
  #late: RelationEntry[] = [];
  #questions: ReadonlyMap<string, readonly { readonly entry: RelationEntry; readonly name: string }[]> | undefined;

  /** @param names of the relations that are asked for */
  constructor(entries: readonly RelationEntry[], names: readonly string[], options: RelationOptions) {
    this.#options = options;
    this.#names = names;
    const early = Map.groupBy(entries, ({ role }) => role);
    for (const each of early.values()) each.sort(byPlace);
    this.#early = early;
    this.#lateCensus = new Census(options);
    const relations = new Set(names.filter((name) => dependsOnWorkloads(name)).flatMap((name) => this.#found(name)));
    this.#lateRelations = [...relations].filter(({ from, to }) => early.has(from.role === late ? to.role : from.role));
    this.#asksForNames = this.#lateRelations.every(
      ({ match, to }) => match.by === "key" && match.to === undefined && to.role === late,
    );
  }

  /** The entries of a role. */
  entries(role: string): readonly RelationEntry[] {
    return this.#early.get(role) ?? [];
  }

  /** What an object's relations are; those of `names` at whose end it does not stand are left out. */
  related(object: Participant, file: EntryFile, names: readonly string[]): { [name: string]: Related } | null {
    let related: { [name: string]: Related } | null = null;
    for (const name of names) {
      const direction = DIRECTIONS.get(name);
      const entry = direction === undefined ? null : askingEntry(direction.asks, object, file);
      if (direction === undefined || entry === null) continue;
      related ??= {};
      related[name] = this.#fact(direction, entry);
    }
    return related;
  }

  /** The answer to one question, as objects. */
  ask(name: string, entry: RelationEntry): Answer {
    const direction = DIRECTIONS.get(name);
    return direction === undefined ? nobody : this.#answer(direction, entry);
  }

  /** Takes note of an object where it is a workload that something of the set asks about. */
  learn(object: Participant, file: EntryFile): void {
    if (this.#lateRelations.length === 0 || object.workload === null) return;
    const { identity, group } = object.resource;
    const place = { namespace: identity.namespace, file: file.path, rendering: file.rendering };
    const name = identity.name ?? "";
    this.#lateCensus.add(`${group}/${identity.kind}`, name, place);
    // Most workloads nobody asks about, and for most questions it is enough to know what they are called.
    const bare = entryWith<WorkloadData>(null, late, object.resource, file);
    const entry = this.#asksForNames ? bare : askingEntry(workloadEnd, object, file);
    if (entry === null || !(isTemplate(entry.name) || this.#isAskedAbout(entry))) return;
    const whole = entryOf(workloadEnd, object, file);
    if (whole !== null) this.#addLate([whole]);
  }

  /** Whether a file holds an object with a question that workloads of other files may answer. */
  hasOpenQuestion(file: string): boolean {
    if (this.#lateRelations.length === 0) return false;
    this.#questions ??= this.#questionsByFile();
    return (this.#questions.get(file) ?? []).some(({ entry, name }) => {
      const direction = DIRECTIONS.get(name);
      return direction !== undefined && !this.#isFinal(direction, entry);
    });
  }

  learnt(): LearntWorkloads {
    return { entries: this.#late, census: this.#lateCensus.content() };
  }

  /** Replaces what was learnt by what all together learnt. */
  merge(learnt: readonly LearntWorkloads[]): void {
    this.#late = [];
    this.#indices.clear();
    this.#lateCensus = new Census(this.#options);
    for (const { census } of learnt) this.#lateCensus.merge(census);
    this.#late = learnt.flatMap(({ entries }) => entries).sort(byPlace);
  }

  #fact(direction: Direction, entry: RelationEntry): Related {
    const { answers, relation } = direction;
    const { entries, doubt } = this.#answer(direction, entry);
    const { unknownRoles, cluster } = this.#options;
    const reference = relation.match.by === "key" && direction.side === "from" ? relation.match : null;
    const isReference = reference !== null;
    const keys = reference?.from(entry) ?? [];
    const isAnswered = isReference && entries.length > 0;
    const absence = isReference && entries.length === 0 ? this.#absence(direction, entry, keys) : null;
    let why: string | null = null;
    if (entries.some(({ data }) => data === null)) why = "too-large";
    else if (!isAnswered) {
      if (unknownRoles?.includes(answers.role) === true) why = "no-cluster";
      else if (isReference && keys.length === 0) why = "reference";
      else if (keys.some(({ name }) => isTemplate(name))) why = "template";
      else if (doubt !== null) why = doubt;
      else if (isReference && keys.every(({ of }) => !isKnown(relation, of))) why = "kind";
      else if (entries.length === 0 && !cluster && (relation.absence === "unknown" || absence?.isSure === false))
        why = "not-in-set";
    }
    return {
      state: why === null ? "known" : "unknown",
      why,
      suggestion: absence?.suggestion ?? null,
      objects: entries.map((each) => ({
        apiVersion: each.apiVersion,
        group: each.group,
        kind: each.kind,
        namespace: each.namespace,
        name: each.name,
        file: each.file,
        line: each.line,
        column: each.column,
        ...(each.data === null ? {} : answers.show?.(each.data)),
      })),
    };
  }

  #answer(direction: Direction, entry: RelationEntry): Answer {
    const { relation, side } = direction;
    const { match } = relation;
    switch (match.by) {
      case "key":
        return this.#index(relation).answer(side, entry, side === "from" && match.first === true);
      case "selector":
        return this.#index(relation).answer(side, entry);
      case "sharing":
        return this.#sharing(entry, match.relation);
      case "through":
        return this.#through(entry, match.relations);
      case "network":
        return nobody;
    }
  }

  /**
   * Those that refer to the same. Two that stand far from each other may be about two clusters that call their objects
   * alike: they are taken to meet only where what they refer to is there, and is there once.
   */
  #sharing(entry: RelationEntry, name: string): Answer {
    const direction = DIRECTIONS.get(name);
    if (direction === undefined || direction.relation.match.by !== "key") return nobody;
    const index = this.#index(direction.relation);
    const own = identityOf(entry);
    const { entries, doubt } = index.sharing(entry);
    const others = entries.filter((other) => identityOf(other.entry) !== own);
    const near = others.filter(({ distance }) => distance < 2).map((each) => each.entry);
    if (near.length === others.length) return { entries: near, doubt, own: true };
    const isOnce = index.count("from", entry) === 1;
    return { entries: isOnce ? others.map((each) => each.entry) : near, doubt, own: false };
  }

  #through(entry: RelationEntry, names: readonly string[]): Answer {
    let reached: readonly RelationEntry[] = [entry];
    let doubt: Answer["doubt"] = null;
    let own = true;
    let steps = 0;
    for (const name of names) {
      const next = new Set<RelationEntry>();
      for (const each of reached) {
        if (++steps > mostSteps) return { entries: [...next], doubt: "too-many", own: false };
        const answer = this.ask(name, each);
        for (const found of answer.entries) if (found !== entry) next.add(found);
        doubt ??= answer.doubt;
        own &&= answer.own;
      }
      reached = [...next];
    }
    return { entries: reached, doubt, own };
  }

  /** Null where the other end is found by another name than its own, so that nothing is misspelt. */
  #absence({ relation, answers }: Direction, entry: RelationEntry, keys: readonly Key[]): Absence | null {
    const [key] = keys;
    if (key === undefined || (relation.match.by === "key" && relation.match.to !== undefined)) return null;
    const census = answers.role === late ? this.#lateCensus : this.#earlyCensus();
    return census.absence(key.of, key.name, entry, key.namespace === undefined ? entry.namespace : key.namespace);
  }

  #earlyCensus(): Census {
    if (this.#census === undefined) {
      this.#census = new Census(this.#options);
      for (const entries of this.#early.values()) {
        for (const entry of entries) this.#census.add(`${entry.group}/${entry.kind}`, entry.name, entry);
      }
    }
    return this.#census;
  }

  #index(relation: Relation): RelationIndex {
    let index = this.#indices.get(relation);
    if (index === undefined) {
      index = new RelationIndex(relation, this.#options);
      for (const side of ["from", "to"] as const) index.add(side, this.#all(relation[side].role));
      this.#indices.set(relation, index);
    }
    return index;
  }

  #all(role: string): readonly RelationEntry[] {
    const early = this.entries(role);
    return role === late ? [...early, ...this.#late] : early;
  }

  #addLate(entries: readonly RelationEntry[]): void {
    this.#late.push(...entries);
    for (const [{ from, to }, index] of this.#indices) {
      if (from.role === late) index.add("from", entries);
      if (to.role === late) index.add("to", entries);
    }
  }

  #isAskedAbout(entry: RelationEntry): boolean {
    return this.#lateRelations.some((relation) => {
      const side = relation.to.role === late ? "to" : "from";
      return this.#index(relation).concerns(side, entry);
    });
  }

  /** The relations by whose indices one is found. */
  #found(name: string): Relation[] {
    const relation = DIRECTIONS.get(name)?.relation;
    if (relation === undefined) return [];
    const { match } = relation;
    if (match.by === "sharing") return this.#found(match.relation);
    if (match.by === "through")
      return match.relations.filter((each) => dependsOnWorkloads(each)).flatMap((each) => this.#found(each));
    return [relation];
  }

  #isFinal(direction: Direction, entry: RelationEntry): boolean {
    const { by } = direction.relation.match;
    if (by !== "key" && by !== "sharing") return false;
    const { entries, own } = this.#answer(direction, entry);
    return own && (by === "sharing" || (direction.side === "from" && entries.length > 0));
  }

  #questionsByFile(): ReadonlyMap<string, readonly { readonly entry: RelationEntry; readonly name: string }[]> {
    const questions = this.#names
      .filter((name) => dependsOnWorkloads(name))
      .flatMap((name) => this.entries(DIRECTIONS.get(name)?.asks.role ?? "").map((entry) => ({ entry, name })));
    return Map.groupBy(questions, ({ entry }) => entry.file);
  }
}

const nobody: Answer = { entries: [], doubt: null, own: true };

function isKnown(relation: Relation, kind: string): boolean {
  const { match, to } = relation;
  const known = match.by === "key" && match.known !== undefined ? match.known : to.kinds;
  return known.includes(kind) || match.by !== "key" || match.to !== undefined;
}

/** In an order that does not depend on which thread read which file. */
function byPlace(a: RelationEntry, b: RelationEntry): number {
  if (a.rendering !== b.rendering) return a.rendering < b.rendering ? -1 : 1;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || (a.name === b.name ? 0 : a.name < b.name ? -1 : 1);
}
