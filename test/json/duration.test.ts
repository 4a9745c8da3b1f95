import { expect, it } from "vitest";
import { parseDuration } from "../../src/json/duration.ts";

it.each([
  ["10s", 10_000],
  ["500ms", 500],
  ["1m30s", 90_000],
  ["1.5s", 1500],
  ["0", 0],
  ["1h", 3_600_000],
  ["", null],
  ["10", null],
  ["s", null],
  ["-1s", null],
  ["10 s", null],
  ["1e3s", null],
])("reads the duration %j as Go does", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
