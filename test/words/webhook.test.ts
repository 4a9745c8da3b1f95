import { expect, test } from "vitest";
import { readReview } from "../../src/admission/admission-review.ts";
import { because, failureWords } from "../../src/admission/failure-words.ts";
import { imageRequest, readImageReview, reviewImages } from "../../src/admission/image-review.ts";
import { unmutated } from "../../src/admission/mutate.ts";
import { noFacts, type ReviewFacts, toldAlso } from "../../src/admission/review-facts.ts";
import type { AdmissionAnswer } from "../../src/admission/reviewed.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import type { Words } from "../../src/messages/language.ts";
import { bodyOf, reviewCases, reviewed, today } from "../admission/review-cases.ts";
import { reviewerOptions } from "../admission/server/start.ts";
import { englishIn } from "./english.ts";

const container = { name: "ocr", image: "paddle:latest", securityContext: { privileged: true } };
const podSpec = { containers: [container] };
const request = {
  uid: "u1",
  operation: "CREATE",
  kind: { group: "", version: "v1", kind: "Pod" },
  namespace: "ml",
  name: "ocr",
  userInfo: { username: "alice", groups: ["ops"] },
  object: { apiVersion: "v1", kind: "Pod", metadata: { name: "ocr", namespace: "ml" }, spec: podSpec },
};
const review = (change: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      request: { ...request, ...change },
    }),
  );

async function chinese(config: string): Promise<Reviewer> {
  return Reviewer.prepare({ ...(await reviewerOptions(config)), language: "zh" });
}

/** What people read of an answer: the audit log's annotations are for machines. */
function read({ response }: AdmissionAnswer): string {
  const causes = response.status?.details?.causes ?? [];
  return [response.status?.message ?? "", ...causes.map(({ message }) => message), ...(response.warnings ?? [])].join(
    "\n",
  );
}

/** A setting, as a configuration writes it. */
const setting = /\[\{.*?\}\]/g;

/** A word that a warning ends within. */
const cut = /\w+…/g;

/** @param asked the request: what it holds may be named */
function expectChinese(text: string, asked: Uint8Array): void {
  // Argo calls the container of a template so.
  const held = new Set(`${asked} main`.match(/[A-Za-z]{2,}/g));
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(
    englishIn(text.replaceAll(setting, " ").replaceAll(cut, " ")).filter((word) => !held.has(word)),
    text,
  ).toEqual([]);
}

test.each(reviewCases)("no English in the Chinese answer to %s", async (name) => {
  const text = read((await reviewed(name, "zh")).answer);
  if (text !== "") expectChinese(text, bodyOf(name));
});

const reasons: readonly (readonly [string, Words<string>])[] = Object.entries({
  ...Object.fromEntries(
    (["deadline", "worker", "size", "rules", "complexity", "noCluster", "circle"] as const).map((key) => [
      key,
      because((say) => say[key]),
    ]),
  ),
  "over budget": because((say) => say.overBudget(null)),
  "over a limit": because((say) => say.overBudget({ what: "pod", most: 100 })),
  "no object": because((say) => say.noObject("CREATE")),
  "no such place": because((say) => say.noPlace("deployments/ocr")),
  "an owner that is another": because((say) => say.noOwner("Deployment ocr")),
  "an owner that makes none": because((say) => say.makesNone("Deployment ocr")),
});

test("every reason is tried", () => {
  const tried = new Set(reasons.map(([, { zh }]) => zh));
  const plain = Object.values(failureWords.zh).filter((text) => typeof text === "string");
  expect(plain.filter((text) => !tried.has(text))).toEqual([]);
});

test.each(reasons)("a request that could not be judged, in all modes: %s", async (_, reason) => {
  for (const settings of ["mode: enforce", "mode: enforce, onError: allow", "mode: warn"]) {
    const reviewer = await chinese(`admission: { ${settings} }`);
    expectChinese(read(reviewer.failed(readReview(review()), noFacts(), reason, today).answer), review());
  }
});

test.each(reasons)("an image that was not pinned: %s", async (_, reason) => {
  const reviewer = await chinese("admission: { mode: enforce }");
  expectChinese(read(unmutated(reviewer, readReview(review()), noFacts(), reason).answer), review());
});

const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "ocr", uid: "r", controller: true };
const owned = { ...request.object, metadata: { ...request.object.metadata, ownerReferences: [owner] } };
const controllers = { username: "system:serviceaccount:kube-system:replicaset-controller", groups: [] };
const record = {
  ...{ group: "", kind: "Pod", namespace: "ml", name: "ocr" },
  from: today.getTime() - 1000,
  until: today.getTime() + 3_600_000,
  by: "alice",
  reason: "故障",
};
const live = {
  ...{ group: "apps", version: "v1", kind: "ReplicaSet", namespace: "ml", name: "ocr", uid: "r" },
  createdAt: Date.parse("2026-01-01T00:00:00Z"),
  object: { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: {}, spec: { template: { spec: podSpec } } },
};
const enforcedSince = (more: string): string =>
  `admission: { namespaces: [{ match: [ml], mode: enforce, since: "2026-06-01T00:00:00Z"${more} }] }`;

test.each<[string, string, object, Partial<ReviewFacts>]>([
  ["an exempt user", "admission: { mode: enforce, exempt: { users: [alice] } }", {}, {}],
  ["an exempt group", "admission: { mode: warn, exempt: { groups: [ops] } }", {}, {}],
  [
    "an exempt account, of a Deployment",
    "admission: { mode: enforce, exempt: { serviceAccounts: [kube-system/replicaset-controller] } }",
    { userInfo: controllers, kind: { group: "apps", version: "v1", kind: "Deployment" } },
    {},
  ],
  ["a record", "admission: { mode: enforce }", {}, { exemptions: () => [record] }],
  ["warnings", "admission: { mode: warn }", {}, {}],
  [
    "an account that is not trusted",
    "admission: { mode: enforce }",
    {
      userInfo: { username: "system:serviceaccount:paddle-system:operator", groups: [] },
      object: {
        ...owned,
        metadata: {
          ...owned.metadata,
          ownerReferences: [{ ...owner, apiVersion: "batch.paddlepaddle.org/v1", kind: "PaddleJob" }],
        },
      },
    },
    {},
  ],
  ["replicas that rise", "admission: { mode: enforce, onUpdate: all }", {}, {}],
  [
    "an owner that could not be looked up",
    "admission: { mode: enforce }",
    { userInfo: controllers, object: owned },
    {
      owners: { owners: [], state: "unknown", why: because((say) => say.ownerUnread("ReplicaSet ocr", "连接被拒绝")) },
    },
  ],
  [
    "grace without end",
    enforcedSince(""),
    { userInfo: controllers, object: owned },
    {
      owners: { owners: [live], state: "complete", why: null },
    },
  ],
  [
    "grace",
    enforcedSince(', until: "2027-01-01T00:00:00Z"'),
    { userInfo: controllers, object: owned },
    {
      owners: { owners: [live], state: "complete", why: null },
    },
  ],
  [
    "grace that has ended",
    enforcedSince(', until: "2026-07-01T00:00:00Z"'),
    { userInfo: controllers, object: owned },
    { owners: { owners: [live], state: "complete", why: null } },
  ],
  ["no object", "admission: { mode: enforce }", { object: null }, {}],
])("no English in the Chinese answer to %s", async (name, config, change, more) => {
  const reviewer = await chinese(config);
  const asked = readReview(review(change));
  const scaled = name === "replicas that rise" ? { ...asked, scaled: { from: 1, to: 3 } } : asked;
  const facts = { ...toldAlso(noFacts(), {}), ...more };
  expectChinese(read(reviewer.review(scaled, facts, today).answer), review(change));
});

test.each([
  ["a tag", ["paddle:latest"]],
  ["no name at all", ["PADDLE::"]],
])("no English in the answer to the review of images with %s", async (_, images) => {
  const reviewer = await chinese("admission: { mode: enforce }");
  const body = {
    apiVersion: "imagepolicy.k8s.io/v1alpha1",
    kind: "ImageReview",
    spec: { containers: images.map((image) => ({ image })), namespace: "ml" },
  };
  const asked = imageRequest(readImageReview(Buffer.from(JSON.stringify(body))));
  expectChinese(reviewImages(reviewer, asked, noFacts(), today).answer.status.reason ?? "", review());
});

test("the cases of the reviews are there, by their bodies", () => {
  expect(reviewCases.length + reasons.length).toBeGreaterThan(40);
  expect(bodyOf("create-denied").length).toBeGreaterThan(100);
});
