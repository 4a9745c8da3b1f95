import fc from "fast-check";
import { expect, it } from "vitest";
import { holdsMoreValues } from "../../../src/admission/server/json-values.ts";

/** Values, and the brackets of what is empty, which are counted as if they held one. */
function count(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  const members = Object.values(value);
  return 1 + (members.length === 0 ? 1 : members.reduce((sum: number, each) => sum + count(each), 0));
}

it("counts as many as parsing gives, and at most one more for each that is empty", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const bytes = Buffer.from(JSON.stringify(value));
      // A mapping's or list's first value comes with its bracket, each other with its comma.
      const held = 1 + count(value);
      expect(holdsMoreValues(bytes, held)).toBe(false);
    }),
  );
});

it.each([
  ["[1,2,3]", 4],
  ['{"a":[],"b":{}}', 5],
  ['["[,{\\\\\\",["]', 2],
  ["[[[[", 5],
  ['{"never ends', 2],
])("counts in %s", (text, values) => {
  expect(holdsMoreValues(Buffer.from(text), values)).toBe(false);
  expect(holdsMoreValues(Buffer.from(text), values - 1)).toBe(true);
});
