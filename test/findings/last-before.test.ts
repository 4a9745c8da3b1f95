import { expect, it } from "vitest";
import { lastBefore } from "../../src/findings/last-before.ts";

it.each([
  [0, undefined],
  [1, "a"],
  [4, "a"],
  [5, "c"],
  [6, "c"],
  [100, "d"],
])("the last that begins at line %s or before is %s", (line, expected) => {
  const items = [
    { name: "a", line: 1 },
    { name: "b", line: 5 },
    { name: "c", line: 5 },
    { name: "d", line: 9 },
  ];
  expect(lastBefore(items, line, (item) => item.line)?.name).toBe(expected);
  expect(lastBefore([], line, () => 0)).toBeUndefined();
});
