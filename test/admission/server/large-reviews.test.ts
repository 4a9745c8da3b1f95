import { Worker } from "node:worker_threads";
import { expect, it, onTestFinished } from "vitest";
import { readReview } from "../../../src/admission/admission-review.ts";
import { noFacts, relationOptions } from "../../../src/admission/review-facts.ts";
import type { Reviewed } from "../../../src/admission/reviewed.ts";
import { Reviewer } from "../../../src/admission/reviewer.ts";
import type { RelationSnapshot } from "../../../src/admission/server/facts.ts";
import {
  type LargeOutcome,
  LargeReviews,
  type LargeReviewsOptions,
} from "../../../src/admission/server/large-reviews.ts";
import { defaultLimits } from "../../../src/admission/server/limits.ts";
import { parseFile } from "../../../src/documents/parse-file.ts";
import { resourcesOf } from "../../../src/resources/unpack.ts";
import { entriesIn } from "../../resources/relation-builders.ts";
import { post } from "./client.ts";
import { badImage, reviewBody } from "./reviews.ts";
import { reviewerOptions, start } from "./start.ts";

const far = (): number => performance.now() + 60_000;
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** A thread that does what it is told instead of judging. */
function thread(source: string): () => Worker {
  return () => new Worker(`const { parentPort } = require("node:worker_threads");${source}`, { eval: true });
}

async function large(options: Partial<LargeReviewsOptions> = {}): Promise<{ reviews: LargeReviews; lost: string[] }> {
  const lost: string[] = [];
  const reviews = new LargeReviews({
    reviewer: await reviewerOptions(),
    facts: null,
    sources: {},
    owners: null,
    limits: defaultLimits,
    onWorkerLost: (reason) => lost.push(reason),
    ...options,
  });
  onTestFinished(() => reviews.close());
  return { reviews, lost };
}

function reviewed(outcome: LargeOutcome | null): Reviewed {
  if (outcome === null || !("reviewed" in outcome)) throw new Error(`no answer: ${JSON.stringify(outcome)}`);
  return outcome.reviewed;
}

it("judges on its thread as the server does on its own", async () => {
  const { reviews, lost } = await large();
  const options = await reviewerOptions();
  const reviewer = await Reviewer.prepare(options);
  for (const body of [reviewBody({ image: badImage, padding: 300_000 }), reviewBody({ uid: "b", padding: 400_000 })]) {
    const there = reviewed(await reviews.submit(bytesOf(body), far()));
    expect(there).toEqual(reviewer.review(readReview(bytesOf(body)), noFacts(), new Date()));
  }
  expect(lost).toEqual([]);
});

it("says with which status a large body is no review", async () => {
  const { reviews } = await large();
  expect(await reviews.submit(bytesOf("[]"), far())).toMatchObject({ bad: { status: 400 } });
});

const isolation = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: ml }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

it("knows of the cluster what the server knew when it was last told, and is told when that changed", async () => {
  const policies = parseFile(isolation, "yaml").documents.flatMap((document) => resourcesOf(document).resources);
  const isolated = policies.flatMap((each) => entriesIn(each, { path: "default-deny", rendering: "" }));
  let held: Pick<RelationSnapshot, "version" | "entries"> = { version: "1", entries: [] };
  const { reviews } = await large({
    facts: { snapshot: (namespace) => ({ ...held, options: relationOptions(namespace, []), namespaceLabels: null }) },
    reviewer: await reviewerOptions("rules: { network-policy: error }"),
  });
  const rules = async (): Promise<string[]> => {
    const { record } = reviewed(await reviews.submit(bytesOf(reviewBody()), far()));
    return record.findings.filter(({ outcome }) => outcome === "violation").map(({ rule }) => rule);
  };
  expect(await rules()).toContain("network-policy");
  held = { version: "1", entries: isolated };
  expect(await rules()).toContain("network-policy");
  held = { version: "2", entries: isolated };
  expect(await rules()).not.toContain("network-policy");
});

it("loses its thread, and one review, where what is known cannot be told", async () => {
  const { reviews, lost } = await large({
    facts: {
      snapshot() {
        throw new Error("not now");
      },
    },
  });
  expect(await reviews.submit(bytesOf(reviewBody()), far())).toEqual({ failed: "worker" });
  expect(lost).toEqual(["not now"]);
});

it("answers for a thread that dies, and goes on with another", async () => {
  const { reviews, lost } = await large({
    startWorker: thread(
      'parentPort.on("message", ({ body }) => { if (body[0] === 33) process.exit(3); parentPort.postMessage({ bad: { status: 400, message: "alive" } }); });',
    ),
  });
  const outcomes = await Promise.all(["!", "a", "!", "b"].map((body) => reviews.submit(bytesOf(body), far())));
  const alive = { bad: { status: 400, message: "alive" } };
  expect(outcomes).toEqual([{ failed: "worker" }, alive, { failed: "worker" }, alive]);
  expect(lost).toHaveLength(2);
});

it("answers for a thread that is not done in time, and goes on with another", async () => {
  const { reviews, lost } = await large({
    startWorker: thread(
      'parentPort.on("message", ({ body }) => { while (body[0] === 33); parentPort.postMessage({ bad: { status: 400, message: "alive" } }); });',
    ),
  });
  const [stuck, next] = await Promise.all([
    reviews.submit(bytesOf("!"), performance.now() + 200),
    reviews.submit(bytesOf("a"), far()),
  ]);
  expect(stuck).toEqual({ failed: "deadline" });
  expect(next).toEqual({ bad: { status: 400, message: "alive" } });
  expect(lost).toEqual(["did not answer in time"]);
});

it("answers what waits when its own time is up", async () => {
  const { reviews } = await large({ startWorker: thread('parentPort.on("message", () => {});') });
  const first = reviews.submit(bytesOf("a"), far());
  expect(await reviews.submit(bytesOf("b"), performance.now() + 20)).toEqual({ failed: "deadline" });
  await reviews.close();
  expect(await first).toEqual({ failed: "worker" });
});

it("lets no more wait than it may, by number and by bytes", async () => {
  const { reviews } = await large({
    startWorker: thread('parentPort.on("message", () => {});'),
    limits: { ...defaultLimits, largeReviews: 2, largeReviewBytes: 10 },
  });
  expect(reviews.submit(bytesOf("under way"), far())).not.toBeNull();
  expect(reviews.submit(bytesOf("12345"), far())).not.toBeNull();
  expect(reviews.submit(bytesOf("123456"), far())).toBeNull();
  expect(reviews.submit(bytesOf("12345"), far())).not.toBeNull();
  expect(reviews.submit(bytesOf(""), far())).toBeNull();
});

/** Answers at once, or never where the body says so, and says when it can begin. */
const patient = thread(
  'parentPort.on("message", ({ body }) => { while (Buffer.from(body).includes("stuck")); parentPort.postMessage({ bad: { status: 400, message: "alive" } }); }); parentPort.postMessage({ ready: true });',
);
const sent = (namespace: string, what: string): Uint8Array =>
  bytesOf(JSON.stringify({ request: { uid: "1", namespace, object: what } }));
const alive = { bad: { status: 400, message: "alive" } };

it("gives up a thread that judges one review for too long, however late its deadline is", async () => {
  const limits = { ...defaultLimits, largeReviewMs: 100 };
  const { reviews, lost } = await large({ startWorker: patient, limits });
  expect(await reviews.submit(sent("ml", "stuck"), far())).toEqual({ failed: "over-budget" });
  expect(await reviews.submit(sent("ml", "fine"), far())).toEqual(alive);
  expect(lost).toEqual(["took too long over one review"]);
});

it("keeps a thread for other namespaces while one has sent what takes long", async () => {
  const { reviews } = await large({ startWorker: patient });
  const stuck = [1, 2, 3].map(() => reviews.submit(sent("hostile", "stuck"), far()));
  expect(await reviews.submit(sent("ml", "fine"), far())).toEqual(alive);
  expect(await reviews.submit(sent("cv", "fine"), far())).toEqual(alive);
  await reviews.close();
  expect(await Promise.all(stuck)).toEqual([{ failed: "worker" }, { failed: "worker" }, { failed: "worker" }]);
});

it("lets namespaces take turns, and whoever has most waiting makes way for others", async () => {
  const limits = { ...defaultLimits, largeReviews: 3, largeReviewThreads: 1 };
  const { reviews } = await large({ startWorker: thread('parentPort.on("message", () => {});'), limits });
  const order: string[] = [];
  const submit = (namespace: string): Promise<void> | undefined =>
    reviews.submit(sent(namespace, "x"), far())?.then((outcome) => {
      order.push(outcome === null ? `${namespace} made way` : namespace);
    });
  for (let times = 0; times < 4; times++) expect(submit("hostile")).toBeDefined();
  expect(submit("hostile")).toBeUndefined();
  expect(submit("ml")).toBeDefined();
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["hostile made way"]);
});

it("judges what waits by the policies it came to, and ends its thread behind it", async () => {
  const { reviews, lost } = await large();
  const outcomes = [1, 2].map((n) => reviews.submit(bytesOf(reviewBody({ uid: `u${n}` })), far()));
  reviews.retire();
  expect((await Promise.all(outcomes)).map((outcome) => reviewed(outcome).answer.response.uid)).toEqual(["u1", "u2"]);
  expect(lost).toEqual([]);
});

it.each([
  ["lists", "[]"],
  ["objects", "{}"],
  ["numbers", "1"],
  ["one in another", null],
])("does not build a body of too many %s, answers by onError whose it is, and goes on", async (_, value) => {
  const { url, ca, server, log } = await start();
  const count = value === null ? 1_000_000 : Math.floor(6_500_000 / (value.length + 1));
  const values = value === null ? "[".repeat(count) + "]".repeat(count) : new Array(count).fill(value).join(",");
  const bomb = reviewBody({ uid: "bomb" }).replace('"padding":""', `"padding":[${values}]`);
  const answer = await post(`${url}/validate`, bomb, { ca });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body).response).toMatchObject({ uid: "bomb", allowed: false });
  expect(await server.metrics.text()).toContain('paddlock_review_failures_total{reason="complexity"} 1');
  const failed = { level: "error", uid: "bomb", outcome: "failed", reason: "complexity" };
  expect(await log()).toContainEqual(expect.objectContaining(failed));
  const next = await post(`${url}/validate`, reviewBody({ uid: "next", padding: 300_000 }), { ca });
  expect(JSON.parse(next.body).response).toMatchObject({ uid: "next" });
});

it.each([
  ["deny", false],
  ["allow", true],
])("answers by onError %s in time where the thread is stuck, and small reviews meanwhile", async (onError, allowed) => {
  const { url, ca, server } = await start({
    config: `admission: { mode: enforce, onError: ${onError} }`,
    startWorker: thread('parentPort.on("message", () => { for (;;); });'),
  });
  const stuck = post(`${url}/validate?timeout=1s`, reviewBody({ uid: "large", padding: 300_000 }), { ca });
  const small = await post(`${url}/validate`, reviewBody({ uid: "small" }), { ca });
  expect(await server.metrics.text()).not.toContain('reason="deadline"} 1');
  expect(JSON.parse(small.body).response).toMatchObject({ uid: "small" });
  const late = await stuck;
  expect(late.status).toBe(200);
  expect(JSON.parse(late.body).response).toMatchObject({ uid: "large", allowed });
  expect(await server.metrics.text()).toContain('paddlock_review_failures_total{reason="deadline"} 1');
});

it("takes a body of few bytes and many values for a large one", async () => {
  const { url, ca } = await start({
    config: "admission: { mode: enforce }",
    startWorker: thread('parentPort.on("message", () => { for (;;); });'),
  });
  const crowd = Array.from({ length: 1500 }, (_, index) => ({ name: `c${index}` }));
  const body = reviewBody({ uid: "crowd", more: { spec: { template: { spec: { containers: crowd } } } } });
  expect(body.length).toBeLessThan(64 << 10);
  const crowded = post(`${url}/validate?timeout=1s`, body, { ca });
  const plain = reviewBody({ uid: "plain", padding: 100_000 });
  expect(JSON.parse((await post(`${url}/validate`, plain, { ca })).body).response).toMatchObject({ uid: "plain" });
  // The thread that judges large ones is stuck, so whoever is answered by onError was given to it.
  const { response } = JSON.parse((await crowded).body);
  expect(response).toMatchObject({ uid: "crowd", auditAnnotations: { failed: "deadline" } });
});
