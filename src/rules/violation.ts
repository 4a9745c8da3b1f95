import type { JsonValue, Path } from "../json/value.ts";
import type { Level } from "./metadata.ts";

/** What became of a violation. */
export type Outcome = "violation" | "not-judged" | "waived" | "baselined";

/** What Rego says: where, and the facts to put into words. No sentences. */
export interface Violation {
  readonly rule: string;
  /** Relative to the object. May name an absent field: the finding then stands on its nearest parent that is there. */
  readonly path: Path;
  readonly args: { readonly [name: string]: JsonValue };
  /** Absent: the level of the rule's setting. */
  readonly level?: Level;
  /** Which of the rule's wordings fits; absent: the general one. */
  readonly case?: string;
  readonly outcome?: "not-judged";
  /** The other objects that it speaks of, by their places in `input.related`; `case` has the words that are said of one. */
  readonly related?: readonly { readonly relation: string; readonly index: number; readonly case?: string }[];
}
