import { expect, it, onTestFinished } from "vitest";
import { Reviewer } from "../../../src/admission/reviewer.ts";
import { LargeReviews } from "../../../src/admission/server/large-reviews.ts";
import { defaultLimits } from "../../../src/admission/server/limits.ts";
import { Policies, PoliciesInForce } from "../../../src/admission/server/policies.ts";
import { SharedSource } from "../../../src/admission/server/shared-source.ts";
import type { FactSources } from "../../../src/facts/terms/source.ts";
import { GivenSignatures } from "./given-signatures.ts";
import { reviewBody } from "./reviews.ts";
import { reviewerOptions } from "./start.ts";

const withPolicy = `admission: { mode: enforce }
rules: { pinned-image: off }
signatures: { policies: [{ name: own, images: ["**"], authorities: [{ key: { inline: given } }] }] }
`;
const options = await reviewerOptions(withPolicy);
const reviewer = await Reviewer.prepare(options);

function judgingBy(signatures: SharedSource | null): Policies {
  const sources: FactSources<SharedSource> = signatures === null ? {} : { signatures };
  const large = new LargeReviews({
    reviewer: options,
    facts: null,
    sources,
    owners: null,
    limits: defaultLimits,
    onWorkerLost: () => {},
  });
  onTestFinished(() => large.close());
  return new Policies({ reviewer, large, sources, owners: null });
}

const body = (uid: string): Uint8Array => Buffer.from(reviewBody({ uid }));

it("answers a review in flight by the lookup that it asked, which is closed after that", async () => {
  const lookup = new GivenSignatures();
  const inForce = new PoliciesInForce(judgingBy(new SharedSource(lookup, "1")));
  const asked = ["a", "b"].map((image) => inForce.current.sources.signatures?.facts([image]));
  inForce.replace(judgingBy(null));
  // All that is to be closed at once would be closed by now.
  await new Promise(setImmediate);
  expect(lookup.closed).toBe(false);
  lookup.answer();
  expect(await Promise.all(asked)).toMatchObject([{ a: { state: "verified" } }, { b: { state: "verified" } }]);
  await expect.poll(() => lookup.closed).toBe(true);
});

it("lets large reviews that wait have the lookup that they came to", async () => {
  const lookup = new GivenSignatures();
  const first = judgingBy(new SharedSource(lookup, "1"));
  const inForce = new PoliciesInForce(first);
  const due = performance.now() + 60_000;
  const waiting = ["u1", "u2"].map((uid) => first.large.submit(body(uid), due));
  inForce.replace(judgingBy(null));
  await expect.poll(() => lookup.asked, { timeout: 20_000 }).toBe(1);
  expect(lookup.closed).toBe(false);
  lookup.answer();
  for (const outcome of await Promise.all(waiting)) {
    expect(JSON.stringify(outcome)).not.toContain("signed-image");
    expect(outcome).toHaveProperty("reviewed");
  }
  expect(lookup.asked).toBe(2);
  await expect.poll(() => lookup.closed).toBe(true);
});

it("keeps a lookup open that the next policies hold as well", async () => {
  const lookup = new GivenSignatures();
  const shared = new SharedSource(lookup, "1");
  const first = judgingBy(shared);
  const inForce = new PoliciesInForce(first);
  const second = judgingBy(shared);
  inForce.replace(second);
  // Once, however often it is said.
  await first.retire();
  await first.retire();
  expect(lookup.closed).toBe(false);
  await second.retire();
  expect(lookup.closed).toBe(true);
});

it("closes at once what is in force, and what was and is not done", async () => {
  const before = new GivenSignatures();
  const now = new GivenSignatures();
  const first = judgingBy(new SharedSource(before, "1"));
  const inForce = new PoliciesInForce(first);
  const small = first.sources.signatures?.facts(["a"]);
  const large = first.large.submit(body("large"), performance.now() + 60_000);
  inForce.replace(judgingBy(new SharedSource(now, "2")));
  await inForce.close();
  expect([before.closed, now.closed]).toEqual([true, true]);
  expect(await small).toMatchObject({ a: { state: "unknown" } });
  expect(await large).toEqual({ failed: "worker" });
});
