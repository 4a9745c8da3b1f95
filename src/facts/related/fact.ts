import type { Fact } from "../terms/fact.ts";

/** The objects that belong to an object by a relation, which rules name as `related.scalers`. */
export function related(relation: string): Fact {
  return {
    name: `related.${relation}`,
    join(draft, subject, { set, file }) {
      const found = set.related(subject, file, [relation]);
      if (found === null) return false;
      draft.related = { ...draft.related, ...found };
      return true;
    },
  };
}
