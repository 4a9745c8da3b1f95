import fc from "fast-check";
import { expect, it } from "vitest";
import { answerWithin, parseDuration } from "../../../src/admission/server/deadline.ts";

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

it.each([
  ["timeout=10s", 9500],
  ["timeout=1s", 950],
  ["timeout=30s", 29_500],
  ["", 9500],
  ["timeout=soon", 9500],
  ["timeout=0s", 9500],
  ["timeout=5m", 29_500],
  ["dryRun=All&timeout=2s", 1900],
])("leaves a margin of what %j gives", (query, ms) => {
  expect(answerWithin(query)).toBe(ms);
});

it("gives some time, and never more than the API server waits, whatever is written", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const ms = answerWithin(`timeout=${text}`);
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThan(30_000);
    }),
  );
});
