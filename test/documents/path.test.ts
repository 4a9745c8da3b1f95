import { expect, test } from "vitest";
import type { Path } from "../../src/documents/document.ts";
import { formatPath } from "../../src/documents/path.ts";

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
