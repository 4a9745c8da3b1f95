import type { Fact } from "../terms/fact.ts";

/** What of the object makes pods, or changes them, and cannot be read. */
export const unseen: Fact = {
  name: "unseen",
  join(draft, { workload }) {
    if (workload?.unseen === undefined) return false;
    draft.unseen = workload.unseen.map(({ why, path, args }) => ({ why, path: [...path], args: { ...args } }));
    return true;
  },
};
