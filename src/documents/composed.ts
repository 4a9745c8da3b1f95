import type { JsonValue } from "../json/value.ts";
import { MAX_ALIASED_VALUES, MAX_NOTIFICATIONS } from "./limits.ts";
import type { Say } from "./words.ts";

/** What YAML allows and JSON, hence Kubernetes, has no place for. */
export interface Inexpressible {
  readonly say: Say;
  readonly offset: number;
}

export interface DuplicateKey {
  readonly key: string;
  /** Offset of the first of its keys; -1 past the budget. */
  readonly first: number;
  readonly later: number;
}

/** What the documents of a file may still ask for, all together. */
export interface Budget {
  /** How many values aliases may repeat. */
  aliased: number;
  /** For how many duplicate keys the first one is looked up. */
  duplicates: number;
}

export function newBudget(): Budget {
  return { aliased: MAX_ALIASED_VALUES, duplicates: MAX_NOTIFICATIONS };
}

export interface Composed {
  readonly value: JsonValue;
  /** Index behind the document's last event. */
  readonly next: number;
  readonly duplicates: readonly DuplicateKey[];
  /** The first thing that has no place in JSON; `value` then holds stand-ins. */
  readonly inexpressible: Inexpressible | undefined;
}
