import { expect, test } from "vitest";
import { nearest } from "../../src/facts/schema/suggest.ts";

test.each([
  ["imagePullPolcy", ["image", "imagePullPolicy"], "imagePullPolicy"],
  ["image-pull-policy", ["image", "imagePullPolicy"], "imagePullPolicy"],
  ["IMAGE", ["image"], "image"],
  ["hostIPD", ["hostIPC", "hostPID"], "hostPID"],
  ["imgae", ["name", "image"], "image"],
  ["nmae", ["name"], "name"],
  ["prot", ["port", "path"], "port"],
  ["replica", ["replicas", "template"], "replicas"],
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
