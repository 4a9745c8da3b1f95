import fc from "fast-check";
import { expect, it } from "vitest";
import { nearest } from "../../src/config/suggest.ts";

const names = ["pinned-image", "run-as-non-root", "schema", "rules", "overrides"];

it.each([
  ["pinned-images", "pinned-image"],
  ["pinedimage", "pinned-image"],
  ["run_as_non_root", "run-as-non-root"],
  ["Schema", "schema"],
  ["rule", "rules"],
  ["overides", "overrides"],
  ["signatures", undefined],
  ["x", undefined],
  ["", undefined],
])("%s → %s", (word, expected) => {
  expect(nearest(word, names)).toBe(expected);
});

it("finds a name with one letter changed, left out or doubled", () => {
  const typo = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.constantFrom("change", "drop", "double"));
  fc.assert(
    fc.property(typo, ([name, position, how]) => {
      const at = position % name.length;
      const middle = how === "change" ? "_" : how === "drop" ? "" : name.charAt(at).repeat(2);
      expect(nearest(name.slice(0, at) + middle + name.slice(at + 1), names)).toBe(name);
    }),
  );
});

it("answers at once for a word of hostile length", () => {
  expect(nearest("x".repeat(1_000_000), names)).toBeUndefined();
});
