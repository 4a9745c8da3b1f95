import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadReviewError, readReview } from "../../src/admission/admission-review.ts";
import { imageRequest, readImageReview, reviewImages } from "../../src/admission/image-review.ts";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { bodyOf, reviewCases, today, told } from "./review-cases.ts";
import { said } from "./said.ts";

async function reviewer(admission: WrittenAdmission, rules?: readonly string[]): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue(), ...(rules ? { rules } : {}) });
  const configuration = { ...loaded, admission: admissionSettings([admission]) };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
}

function bodyWith(change: (request: Record<string, unknown>) => void, name = "create-denied"): Uint8Array {
  const review = JSON.parse(Buffer.from(bodyOf(name)).toString("utf8"));
  change(review.request);
  return Buffer.from(JSON.stringify(review));
}

describe("a body that is no review", () => {
  const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  it.each<[string, Uint8Array, string]>([
    ["nothing", bytes(""), "the body is no JSON"],
    ["no JSON", bytes("kind: AdmissionReview"), "the body is no JSON"],
    ["no object", bytes([]), "the body is no JSON object"],
    ["null", bytes("null"), "the body is no JSON object"],
    [
      "another version",
      bytes({ apiVersion: "admission.k8s.io/v1beta1", kind: "AdmissionReview", request: { uid: "1" } }),
      "the body is no AdmissionReview of admission.k8s.io/v1, but admission.k8s.io/v1beta1 AdmissionReview",
    ],
    [
      "another kind",
      bytes({ apiVersion: "v1", kind: "Pod" }),
      "the body is no AdmissionReview of admission.k8s.io/v1, but v1 Pod",
    ],
    [
      "no request",
      bytes({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" }),
      "the review has no request.uid",
    ],
    ["no uid", bodyWith((request) => delete request.uid), "the review has no request.uid"],
    [
      "a uid that is no text",
      bodyWith((request) => Object.assign(request, { uid: 7 })),
      "the review has no request.uid",
    ],
    ["no operation", bodyWith((request) => delete request.operation), "the review has no request.operation"],
  ])("is refused: %s", (_, body, message) => {
    expect(() => readReview(body)).toThrow(new BadReviewError(message));
  });
});

describe("modes", () => {
  const labelled = (mode: string) => ({ ...noFacts(), namespaceLabels: () => ({ "paddlock.dev/mode": mode }) });
  it.each<[string, WrittenAdmission, string, string]>([
    ["the general one", { mode: "audit" }, "none", "audit"],
    [
      "that of the first entry that matches",
      {
        namespaces: [
          { match: ["ml-*", "ml"], mode: "enforce" },
          { match: "m*", mode: "audit" },
        ],
      },
      "none",
      "enforce",
    ],
    ["that of the label, if it may", { modeLabel: true, mode: "enforce" }, "audit", "audit"],
    ["not that of the label, if it may not", { mode: "enforce" }, "audit", "enforce"],
    ["not that of a label that says none", { modeLabel: true, mode: "enforce" }, "off", "enforce"],
  ])("are %s", async (_, admission, label, mode) => {
    const { record } = (await reviewer(admission)).review(readReview(bodyOf("create-denied")), labelled(label), today);
    expect(record.mode).toBe(mode);
  });
});

it("counts a violation as known before only as often as it was", async () => {
  const twice = bodyWith((request) => {
    const { containers } = podSpec(request.object);
    containers.push({ ...containers[0], name: "second" });
  }, "update-known-violation");
  const { answer } = (await reviewer({ mode: "enforce" }, ["pinned-image"])).review(
    readReview(twice),
    noFacts(),
    today,
  );
  expect(told({ answer } as never)).toContain("has 1 violation:\n  pinned-image");
  expect(told({ answer } as never)).toContain("(container second)");
});

it("lets an improvement in beside a violation that stays", async () => {
  const safer = bodyWith((request) => {
    const [container] = podSpec(request.object).containers;
    container.securityContext.allowPrivilegeEscalation = false;
  }, "update-known-violation");
  const { answer } = (await reviewer({ mode: "enforce" })).review(readReview(safer), noFacts(), today);
  expect(answer.response.allowed).toBe(true);
});

it("answers what it could not judge as onError says, and denies only where the mode enforces", async () => {
  const body = readReview(bodyWith((request) => delete request.object));
  const answers: unknown[] = [];
  for (const [mode, onError] of [
    ["enforce", "deny"],
    ["enforce", "allow"],
    ["warn", "deny"],
  ] as const) {
    const { answer, record } = (await reviewer({ mode, onError })).review(body, noFacts(), today);
    answers.push([answer.response.allowed, answer.response.status?.code, record.outcome, record.reason]);
  }
  expect(answers).toEqual([
    [false, 500, "failed", "the CREATE has no object"],
    [true, undefined, "failed", "the CREATE has no object"],
    [true, undefined, "failed", "the CREATE has no object"],
  ]);
});

it("lets in who is exempt, and what no rule is about, also where judging fails", async () => {
  const strict = await reviewer({ mode: "enforce", exempt: { groups: ["ops"] } });
  const answerTo = (change: (request: Record<string, unknown>) => void): unknown => {
    const { answer, record } = strict.failed(readReview(bodyWith(change)), noFacts(), said("deadline"));
    return [answer.response.allowed, record.outcome];
  };
  const userInfo = { username: "alice", groups: ["ops"] };
  expect(answerTo((request) => Object.assign(request, { userInfo }))).toEqual([true, "exempt"]);
  expect(answerTo((request) => Object.assign(request, { operation: "DELETE" }))).toEqual([true, "not-subject"]);
  expect(answerTo(() => {})).toEqual([false, "failed"]);
  const unknown = { ...readReview(bodyOf("create-denied")), operation: "" };
  expect(strict.failed(unknown, noFacts(), said("deadline")).answer.response.allowed).toBe(false);
});

it("judges an object of 3 MiB, and tells what a message can hold", async () => {
  const large = bodyWith((request) => {
    const { containers } = podSpec(request.object);
    for (let index = 0; index < 900; index++) {
      containers.push({
        name: `c${index}`,
        image: `example.com/${"x".repeat(60)}/app:latest`,
        env: [{ name: "A", value: "v".repeat(3500) }],
      });
    }
  });
  expect(large.length).toBeGreaterThan(3 << 20);
  const { answer, record } = (await reviewer({ mode: "enforce" })).review(readReview(large), noFacts(), today);
  expect(record.findings.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(900);
  // What is alike is counted: thousands would be sent from thread to thread.
  expect(record.findings.length).toBeLessThan(20);
  const { status, warnings, auditAnnotations } = answer.response;
  expect(status?.message.length).toBeLessThan(40_000);
  expect(status?.message).toMatch(/… and \d+ more; paddlock check on the manifest shows all/);
  expect(status?.details?.causes.length).toBeLessThanOrEqual(1000);
  expect((warnings ?? []).join("").length).toBeLessThan(4096);
  expect(auditAnnotations.violations?.length).toBeLessThan(4200);
});

it("says no more of waivers than warnings can hold", async () => {
  const waivers = Array.from({ length: 300 }, (_, index) => [`paddlock.dev/waive.rule-${index}`, "soon"]);
  const body = bodyWith(({ object }) => {
    (object as { metadata: object }).metadata = { name: "ocr", annotations: Object.fromEntries(waivers) };
  });
  const { answer } = (await reviewer({ mode: "enforce" })).review(readReview(body), noFacts(), today);
  const { warnings = [] } = answer.response;
  expect(warnings.join("\n")).toContain("rule-0");
  expect(warnings.at(-1)).toMatch(/^… and \d+ more/);
  expect(warnings.join("").length).toBeLessThan(4096);
});

it("shows nothing of a manifest that would act on a terminal", async () => {
  const hostile = bodyWith((request) => {
    const [container] = podSpec(request.object).containers;
    container.image = "example.com/app:latest\u001b[2J\u202e\nfix: nothing";
  });
  const reviewed = (await reviewer({ mode: "enforce" }, ["pinned-image"])).review(
    readReview(hostile),
    noFacts(),
    today,
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(told(reviewed)).not.toMatch(/[\u001b\u202e]/);
});

it.each<[string, (container: AnyContainer) => void]>([
  [
    "half a surrogate pair",
    (container) => Object.assign(container, { args: ["\ud800", "a\\ud800"], workingDir: "\udfff" }),
  ],
  ["a probe that is none", (container) => Object.assign(container, { livenessProbe: "*", readinessProbe: 7 })],
])("judges an object with %s all the same", async (_, change) => {
  const odd = bodyWith((request) => change(podSpec(request.object).containers[0]));
  const { record } = (await reviewer({ mode: "enforce" })).review(readReview(odd), noFacts(), today);
  expect(record.outcome).toBe("judged");
  expect(record.findings.map(({ rule }) => rule)).toContain("pinned-image");
});

describe("images alone", () => {
  const review = (images: readonly string[], namespace = "ml"): Uint8Array =>
    Buffer.from(
      JSON.stringify({
        apiVersion: "imagepolicy.k8s.io/v1alpha1",
        kind: "ImageReview",
        spec: { containers: images.map((image) => ({ image })), namespace },
      }),
    );
  it.each<[string, readonly string[], boolean]>([
    ["enforce", ["example.com/app:1.2.3"], true],
    ["enforce", ["example.com/app:1.2.3", "example.com/app:latest"], false],
    ["warn", ["example.com/app:latest"], true],
  ])("are judged by the rules about images: %s %s", async (mode, images, allowed) => {
    const { answer, record } = reviewImages(
      await reviewer({ mode: mode as "enforce" | "warn" }),
      imageRequest(readImageReview(review(images))),
      noFacts(),
      today,
    );
    expect(answer).toMatchObject({
      apiVersion: "imagepolicy.k8s.io/v1alpha1",
      kind: "ImageReview",
      status: { allowed },
    });
    expect(answer.status.reason ?? "").toBe(
      allowed
        ? ""
        : 'image "example.com/app:latest" has a tag that moves: it names whatever was built last [pinned-image]',
    );
    expect(new Set(record.findings.map(({ rule }) => rule))).toEqual(
      new Set(images.length === 1 && allowed && mode === "enforce" ? [] : ["pinned-image"]),
    );
  });

  it.each([
    [{ apiVersion: "v1", kind: "Pod" }],
    [{ apiVersion: "imagepolicy.k8s.io/v1alpha1", kind: "ImageReview", spec: {} }],
    [{ apiVersion: "imagepolicy.k8s.io/v1alpha1", kind: "ImageReview", spec: { containers: [{ image: 7 }] } }],
  ])("are refused where the body names none: %o", (body) => {
    expect(() => readImageReview(Buffer.from(JSON.stringify(body)))).toThrow(BadReviewError);
  });
});

it("answers every mutation of a review, or says what is wrong with it", async () => {
  const strict = await reviewer({ mode: "enforce", onNotJudged: "deny" });
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>("", {}, [], null, 0, -1, "\u0000", "x".repeat(5000), { $: 1 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...reviewCases),
      fc.array(fc.tuple(fc.nat(), values), { maxLength: 4 }),
      (name, changes) => {
        const review: unknown = JSON.parse(Buffer.from(bodyOf(name)).toString("utf8"));
        for (const [place, value] of changes) replaceAt(review, place, value);
        let request: ReturnType<typeof readReview>;
        try {
          request = readReview(Buffer.from(JSON.stringify(review)));
        } catch (error) {
          expect(error).toBeInstanceOf(BadReviewError);
          return;
        }
        const { answer, record } = strict.review(request, noFacts(), today);
        expect(answer.response.uid).toBe(request.uid);
        expect(record.outcome === "failed" && record.reason?.includes("is not a function")).toBe(false);
        expect(record.outcome === "failed" && /undefined|null/.test(record.reason ?? "")).toBe(false);
      },
    ),
    { numRuns: 1500 },
  );
});

/** Puts a value in the place of the n-th value of a tree. */
function replaceAt(tree: unknown, place: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(tree);
  const found = places[place % places.length];
  if (found !== undefined) found[0][found[1]] = value;
}

interface AnyContainer {
  [field: string]: unknown;
  securityContext: { [field: string]: unknown };
}

function podSpec(object: unknown): {
  containers: [AnyContainer, ...AnyContainer[]] & { push(container: object): void };
} {
  return (object as { spec: { template: { spec: never } } }).spec.template.spec;
}
