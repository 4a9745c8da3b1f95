import type { Doubt, SelectorVerdict } from "../resources/selectors.ts";
import { keyJoint, selectorJoint } from "./joints.ts";
import { type Found, Keyed } from "./keyed.ts";
import type { Joint, Side } from "./terms/joint.ts";
import type { RelationOptions } from "./terms/options.ts";
import type { Relation, RelationEntry } from "./terms/relation.ts";

/** What an object's question found. */
export interface Answer {
  /** Surely meant; of those that are the same object in several places the nearest. */
  readonly entries: readonly RelationEntry[];
  /** Why there may be more; null: there are not. */
  readonly doubt: Doubt["reason"] | "too-many" | "too-large" | null;
  /** All that was found stands in the asking file or rendering, and no other can be nearer. */
  readonly own: boolean;
}

/** No answer names more objects. */
const mostNamed = 100;
/** Whoever shares one thing with so many needs no longer list: each of them has as many. */
const mostSharing = 6;
/** Objects that one question is held against: more of them share everything that they can be told apart by at once. */
const mostHeld = 500;

/** One relation's objects by what they are found by, on both sides. */
export class RelationIndex {
  readonly #joint: Joint;
  readonly #sides: { readonly [side in Side]: Keyed };

  constructor(relation: Relation, options: RelationOptions) {
    const { match } = relation;
    if (match.by !== "key" && match.by !== "selector") throw new Error(`${relation.name} is found by others`);
    this.#joint = match.by === "key" ? keyJoint(match) : selectorJoint(match);
    this.#sides = { from: new Keyed(options), to: new Keyed(options) };
  }

  /** All that is known at once is to be added at once: what is rare among them is seen then. */
  add(side: Side, entries: readonly RelationEntry[]): void {
    if (this.#joint.learn !== undefined) for (const entry of entries) this.#joint.learn(side, entry);
    for (const entry of entries) this.#sides[side].add(entry, this.#joint.file(side, entry));
  }

  /** The objects of the other side that belong to this one. */
  answer(side: Side, entry: RelationEntry, first = false): Answer {
    const others = this.#others(side);
    const seen = new Set<RelationEntry>();
    const nearest = new Map<string, number>();
    const found: Found[] = [];
    let doubt: Answer["doubt"] = null;
    for (const key of this.#joint.ask(side, entry)) {
      for (const each of others.find(key, entry)) {
        if (seen.has(each.entry)) continue;
        seen.add(each.entry);
        if (seen.size > mostHeld || found.length >= mostNamed) return answerOf(found, nearest, "too-many");
        const verdict = this.#fits(side, entry, each.entry);
        if (verdict === false) continue;
        if (each.doubt !== null || verdict !== true) {
          doubt ??= each.doubt?.reason ?? (verdict === true ? null : verdict.reason);
          continue;
        }
        const identity = identityOf(each.entry);
        nearest.set(identity, Math.min(nearest.get(identity) ?? each.distance, each.distance));
        found.push(each);
      }
      if (first && found.length > 0) break;
    }
    return answerOf(found, nearest, doubt);
  }

  /** Those of the own side that ask for one thing with the object, and how far they are from it. */
  sharing(entry: RelationEntry): { readonly entries: readonly Found[]; readonly doubt: Answer["doubt"] } {
    const found = new Map<RelationEntry, Found>();
    let doubt: Answer["doubt"] = null;
    let held = 0;
    for (const key of this.#joint.ask("from", entry)) {
      for (const each of this.#sides.from.find(key, entry)) {
        if (++held > mostHeld || found.size >= mostSharing) return { entries: [...found.values()], doubt: "too-many" };
        if (found.has(each.entry)) continue;
        if (each.doubt === null) found.set(each.entry, each);
        else if (identityOf(each.entry) !== identityOf(entry)) doubt ??= each.doubt.reason;
      }
    }
    return { entries: [...found.values()], doubt };
  }

  /** How many places say of what an object asks for; from 2 on it may be more. */
  count(side: Side, entry: RelationEntry): number {
    const others = this.#others(side);
    let count = 0;
    for (const key of this.#joint.ask(side, entry)) {
      for (const { doubt } of others.find(key, entry)) {
        if (doubt === null) count++;
        if (count > 1) return count;
      }
    }
    return count;
  }

  /** Whether anything belongs, or may belong, to an object. */
  concerns(side: Side, entry: RelationEntry): boolean {
    const others = this.#others(side);
    let held = 0;
    for (const key of this.#joint.ask(side, entry)) {
      for (const each of others.find(key, entry)) {
        if (this.#fits(side, entry, each.entry) !== false || ++held > mostHeld) return true;
      }
    }
    return false;
  }

  #others(side: Side): Keyed {
    return this.#sides[side === "from" ? "to" : "from"];
  }

  #fits(side: Side, entry: RelationEntry, other: RelationEntry): SelectorVerdict {
    return side === "from" ? this.#joint.fits(entry, other) : this.#joint.fits(other, entry);
  }
}

function answerOf(found: readonly Found[], nearest: ReadonlyMap<string, number>, doubt: Answer["doubt"]): Answer {
  const counting = found.filter(({ entry, distance }) => nearest.get(identityOf(entry)) === distance);
  return {
    entries: counting.map(({ entry }) => entry),
    doubt,
    own: doubt !== "too-many" && counting.every(({ distance }) => distance === 0),
  };
}

/** The same object, wherever the files of a run say it. */
export function identityOf({ group, kind, namespace, name }: RelationEntry): string {
  return `${group}/${kind}/${namespace ?? ""}/${name}`;
}
