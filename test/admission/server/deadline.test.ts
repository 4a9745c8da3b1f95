import fc from "fast-check";
import { expect, it } from "vitest";
import { answerWithin } from "../../../src/admission/server/deadline.ts";

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
