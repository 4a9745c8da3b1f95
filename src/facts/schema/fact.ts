import type { Fact } from "../terms/fact.ts";
import { validateObject } from "./validate.ts";

/** What the schema of the object's kind does not allow. */
export const schema: Fact = {
  name: "schema",
  join(draft, { resource }, context) {
    const { object, identity, group, version } = resource;
    const errors = validateObject(object, { ...identity, group, version }, context);
    if (errors.length === 0) return false;
    draft.schema = errors;
    return true;
  },
};
