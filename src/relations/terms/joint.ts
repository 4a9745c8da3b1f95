import type { SelectorVerdict } from "../../resources/selectors.ts";
import type { Key, RelationEntry } from "./relation.ts";

/** Which of the two ends is asked from. */
export type Side = "from" | "to";

/** How two ends find each other: by what an object is filed, by what the other end asks for it, and whether they belong together. */
export interface Joint {
  file(side: Side, entry: RelationEntry): readonly Key[];
  ask(side: Side, entry: RelationEntry): readonly Key[];
  fits(from: RelationEntry, to: RelationEntry): SelectorVerdict;
  /** Counts what is filed, where what is rare is to be known. */
  learn?(side: Side, entry: RelationEntry): void;
}
