import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { scaledPlace, scaledReview } from "../../src/admission/scale.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";

const all = admissionSettings([{ mode: "enforce", onUpdate: "all" }]);

function scale(
  from: number | undefined,
  to: number | undefined,
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  const of = (replicas: number | undefined): JsonObject => ({ spec: replicas === undefined ? {} : { replicas } });
  return {
    uid: "1",
    operation: "UPDATE",
    kind: { group: "autoscaling", version: "v1", kind: "Scale" },
    resource: { group: "apps", version: "v1", resource: "deployments" },
    subResource: "scale",
    namespace: "ml",
    name: "ocr",
    user: { name: "system:serviceaccount:kube-system:horizontal-pod-autoscaler", groups: [] },
    dryRun: false,
    object: of(to),
    oldObject: of(from),
    ...more,
  };
}

function deployment(image: string): JsonObject {
  const spec = { containers: [{ name: "ocr", image }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "ocr", namespace: "ml" },
    spec: { replicas: 1, template: { spec } },
  };
}

async function reviewer(admission: WrittenAdmission = {}): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue(), rules: ["pinned-image"] });
  const configuration = {
    ...loaded,
    admission: admissionSettings([{ mode: "enforce", onUpdate: "all", ...admission }]),
  };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
}

describe("what is scaled is looked up", () => {
  const place = { group: "apps", version: "v1", plural: "deployments", namespace: "ml", name: "ocr" };
  it.each<[string, AdmissionRequest]>([
    ["where replicas rise", scale(1, 2)],
    ["from none", scale(undefined, 1)],
  ])("%s", (_, request) => {
    expect(scaledPlace(request, all)).toEqual(place);
  });

  it.each<[string, AdmissionRequest]>([
    ["where they fall", scale(3, 2)],
    ["or stay", scale(2, 2)],
    ["or all go", scale(2, undefined)],
    ["of another subresource", scale(1, 2, { subResource: "status" })],
    ["of the object itself", scale(1, 2, { subResource: null })],
    ["of no update", scale(1, 2, { operation: "CREATE" })],
    ["of what has no name", scale(1, 2, { name: null })],
  ])("not %s", (_, request) => {
    expect(scaledPlace(request, all)).toBeNull();
  });

  it("and never with onUpdate: new, which lets it pass", async () => {
    expect(scaledPlace(scale(1, 2), { ...all, onUpdate: "new" })).toBeNull();
    const { record } = (await reviewer({ onUpdate: "new" })).review(scale(1, 2), noFacts(), new Date());
    expect(record).toMatchObject({ allowed: true, outcome: "not-subject" });
  });
});

describe("what is scaled is judged by its template", () => {
  it("and the denial says so", async () => {
    const request = scaledReview(scale(1, 3), deployment("registry.example.com/ocr:latest"));
    const { answer, record } = (await reviewer()).review(request, noFacts(), new Date());
    expect(record).toMatchObject({ allowed: false, kind: "Deployment", group: "apps", name: "ocr" });
    expect(answer.response.status?.message).toMatch(/^Deployment ml\/ocr has 1 violation:/);
    expect(answer.response.status?.message).toContain("its replicas rise from 1 to 3");
  });

  it("and let in where that breaks no rule, or is exempt", async () => {
    const good = scaledReview(scale(1, 3), deployment(`registry.example.com/ocr:1@sha256:${"0".repeat(64)}`));
    expect((await reviewer()).review(good, noFacts(), new Date()).record.allowed).toBe(true);
    const bad = scaledReview(scale(1, 3), deployment("registry.example.com/ocr:latest"));
    const now = new Date("2026-11-30T16:30:00Z");
    const record = {
      ...{ group: "apps", kind: "Deployment", namespace: "ml", name: "ocr", reason: "x", by: "dana" },
      ...{ from: now.getTime(), until: now.getTime() + 3_600_000 },
    };
    const facts = { ...noFacts(), exemptions: () => [record] };
    expect((await reviewer()).review(bad, facts, now).record.outcome).toBe("exempt");
  });
});
