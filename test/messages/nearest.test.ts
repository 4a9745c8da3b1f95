import fc from "fast-check";
import { expect, it, test } from "vitest";
import { nearest } from "../../src/messages/nearest.ts";

test.each([
  ["imagePullPolcy", ["image", "imagePullPolicy"], "imagePullPolicy"],
  ["image-pull-policy", ["image", "imagePullPolicy"], "imagePullPolicy"],
  ["IMAGE", ["image"], "image"],
  ["hostIPD", ["hostIPC", "hostPID"], "hostPID"],
  ["imgae", ["name", "image"], "image"],
  ["nmae", ["name"], "name"],
  ["prot", ["port", "path"], "port"],
  ["replica", ["replicas", "template"], "replicas"],
  ["warn", ["error", "warning", "info"], "warning"],
  ["spec", ["specification"], undefined],
  ["foo", ["port", "name"], undefined],
  ["ab", ["ac"], undefined],
  ["runAsNonRoot", ["image", "name", "resources"], undefined],
  ["x".repeat(10_000), ["x"], undefined],
])("%s among %j: %s", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test("a bound on the letters that differ", () => {
  expect(nearest("nodeSelector", ["selector"])).toBe("selector");
  expect(nearest("nodeSelector", ["selector"], 2)).toBeUndefined();
});

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
