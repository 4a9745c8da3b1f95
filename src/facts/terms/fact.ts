import type { Input } from "../../contract/input.generated.ts";
import type { EntryFile } from "../../relations/entries.ts";
import type { ResourceSet } from "../../relations/resource-set.ts";
import type { Participant } from "../../relations/terms/relation.ts";

/** The input of the rules before it is whole. Its pods, and their containers, are in the order of the workload's. */
export type Draft = Omit<Input, "settings">;

/** What facts are joined from, besides the object. */
export interface FactContext {
  /** The relations that hold for the object. */
  readonly set: ResourceSet;
  readonly file: EntryFile;
  /** `1.34`: the version whose API is asked for. Null: nobody said. */
  readonly kubernetesVersion: string | null;
}

/** What was found out to the questions of facts, by fact: plain data, that another thread can be handed. */
export type Told = { readonly [fact: string]: unknown };

/** What facts want to be found out, by fact. */
export type Questions = { readonly [fact: string]: readonly string[] };

/** One thing to know of an object before its rules are asked: to add one, add a folder and a line of the list. */
export interface Fact<Data = never> {
  /** As rules say under `needs`. */
  readonly name: string;
  /** Facts that this one is joined from. */
  readonly needs?: readonly string[];
  /**
   * Joining it tells the set something by which other objects are judged: wherever some rule needs it, it is joined for
   * every object, whether or not the rules for that object do.
   */
  readonly teaches?: true;
  /** What must be found out first, by whoever may take time for it: a registry, a report. */
  readonly questions?: (subject: Participant) => readonly string[];
  /** The block of the configuration without which nobody is asked, and rules that need nothing else are skipped. */
  readonly block?: string;
  /**
   * Adds its part to the input.
   * @param told what was found out to its questions; null where nobody was asked
   * @returns whether it has anything to say of the object: a rule to whom none of its facts has, is not asked
   */
  readonly join: (draft: Draft, subject: Participant, context: FactContext, told: Data | null) => boolean;
}
