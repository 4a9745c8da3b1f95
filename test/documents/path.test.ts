import { expect, test } from "vitest";
import { formatPath } from "../../src/json/path.ts";
import type { Path } from "../../src/json/value.ts";

test.each([
  [["spec", "containers", 0, "image"], "spec.containers[0].image"],
  [["resources", "limits", "nvidia.com/gpu"], 'resources.limits["nvidia.com/gpu"]'],
  [["metadata", "labels", "a-b_C9", "9a", "", "键", 'q"'], 'metadata.labels.a-b_C9["9a"][""]["键"]["q\\""]'],
  [["items", 3, 4], "items[3][4]"],
  [["a b"], '["a b"]'],
  [[], ""],
] satisfies [Path, string][])("%j is %s", (path, expected) => {
  expect(formatPath(path)).toBe(expected);
});
