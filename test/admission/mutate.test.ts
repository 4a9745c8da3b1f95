import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { mutate, questionsToPin, unmutated } from "../../src/admission/mutate.ts";
import { patchOf } from "../../src/admission/pinning.ts";
import { noFacts, type ReviewFacts } from "../../src/admission/review-facts.ts";
import type { Reviewed } from "../../src/admission/reviewed.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { SignatureFact } from "../../src/contract/input.generated.ts";
import { listOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { said } from "./said.ts";

const app = "registry.example.com/ml/app:1.4.2";
const side = "registry.example.com/ml/side:2.0.0";
const digest = `sha256:${"a".repeat(64)}`;
const moved = `sha256:${"b".repeat(64)}`;

const prepared = new Map<string, Promise<Reviewer>>();

/** One for each setting: a reviewer is dear. */
function reviewer(admission: WrittenAdmission = { mode: "enforce" }): Promise<Reviewer> {
  const key = JSON.stringify(admission);
  const known = prepared.get(key) ?? prepare(admission);
  prepared.set(key, known);
  return known;
}

async function prepare(admission: WrittenAdmission): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const configuration = { ...loaded, admission: admissionSettings([admission]) };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
}

function fact(state: SignatureFact["state"], of: string | null = digest): SignatureFact {
  const action = state === "verified" ? null : "deny";
  return { state, reason: null, detail: "", policies: ["own"], digest: of, action };
}

function factsOf(images: { readonly [image: string]: SignatureFact }): ReviewFacts {
  return { ...noFacts(), told: { signatures: images } };
}

const verified = factsOf({ [app]: fact("verified"), [side]: fact("verified", moved) });

function request(object: JsonObject, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const [group = "", version = ""] = String(object.apiVersion).includes("/")
    ? String(object.apiVersion).split("/")
    : ["", String(object.apiVersion)];
  return {
    uid: "u-1",
    operation: "CREATE",
    kind: { group, version, kind: String(object.kind) },
    subResource: null,
    namespace: "ml",
    name: "ocr",
    user: { name: "alice", groups: [] },
    dryRun: false,
    object,
    oldObject: null,
    ...more,
  };
}

function update(object: JsonObject, oldObject: JsonObject, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return request(object, { operation: "UPDATE", oldObject, ...more });
}

function pod(images: readonly string[], metadata: JsonObject = {}): JsonObject {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "ocr", ...metadata }, spec: { containers } };
}

function deployment(image: string, metadata: JsonObject = {}): JsonObject {
  const template = { metadata: { labels: { app: "ocr" } }, spec: { containers: [{ name: "ocr", image }] } };
  const spec = { replicas: 1, selector: { matchLabels: { app: "ocr" } }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "ocr", ...metadata }, spec };
}

/** The operations of the patch; null where there is none. */
function patched({ answer: { response } }: Reviewed): JsonValue {
  if (response.patch === undefined) return null;
  expect(response.patchType).toBe("JSONPatch");
  return JSON.parse(Buffer.from(response.patch, "base64").toString());
}

function replace(path: string, value: string): JsonValue {
  return { op: "replace", path, value };
}

async function patchFor(asked: AdmissionRequest, facts = verified, admission?: WrittenAdmission): Promise<JsonValue> {
  const mutated = mutate(await reviewer(admission), asked, facts);
  expect(mutated.answer.response).toMatchObject({ uid: "u-1", allowed: true });
  expect(mutated.answer.response.status).toBeUndefined();
  return patched(mutated);
}

describe("an image that was verified", () => {
  it("is given the digest, and nothing else is changed", async () => {
    const mutated = mutate(await reviewer(), request(deployment(app)), verified);
    expect(mutated.answer).toEqual({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: {
        uid: "u-1",
        allowed: true,
        patchType: "JSONPatch",
        patch: expect.any(String),
        auditAnnotations: {
          mode: "enforce",
          pinned: `spec.template.spec.containers[ocr].image ${app}@${digest}`,
        },
      },
    });
    expect(patched(mutated)).toEqual([replace("/spec/template/spec/containers/0/image", `${app}@${digest}`)]);
    expect(mutated.record).toMatchObject({ outcome: "pinned", pinned: 1, allowed: true, findings: [] });
  });

  it("is pinned wherever a pod names it", async () => {
    const spec = {
      initContainers: [{ name: "before", image: side }],
      containers: [{ name: "ocr", image: app }],
      volumes: [{ name: "model", image: { reference: side } }],
    };
    const asked = request({ apiVersion: "v1", kind: "Pod", metadata: { name: "ocr" }, spec });
    const operations = await patchFor(asked);
    expect(new Set(listOf(operations))).toEqual(
      new Set([
        replace("/spec/initContainers/0/image", `${side}@${moved}`),
        replace("/spec/containers/0/image", `${app}@${digest}`),
        replace("/spec/volumes/0/image/reference", `${side}@${moved}`),
      ]),
    );
  });

  it("is pinned without a tag too", async () => {
    const facts = factsOf({ "registry.example.com/app": fact("verified") });
    expect(await patchFor(request(pod(["registry.example.com/app"])), facts)).toEqual([
      replace("/spec/containers/0/image", `registry.example.com/app@${digest}`),
    ]);
  });

  it("is pinned in mode warn as in enforce, and never in audit", async () => {
    expect(await patchFor(request(pod([app])), verified, { mode: "warn" })).toHaveLength(1);
    expect(await patchFor(request(pod([app])), verified, { mode: "audit" })).toBeNull();
  });
});

describe("left alone is", () => {
  it.each<[string, string, SignatureFact | null]>([
    ["an image named by digest", `${app}@${digest}`, fact("verified")],
    ["a template", "registry.example.com/app:$(TAG)", fact("verified")],
    ["what is no name", "registry.example.com/APP:1", fact("verified")],
    ["an image that failed", app, fact("failed")],
    ["an image of which nothing is known", app, fact("unknown")],
    ["an image without a policy", app, fact("unmatched")],
    ["an image that nobody asked about", app, null],
    ["an image without a digest", app, fact("verified", null)],
    ["an image whose digest is none", app, fact("verified", "sha256:abc")],
  ])("%s", async (_, image, known) => {
    const facts = factsOf(known === null ? {} : { [image]: known });
    expect(await patchFor(request(pod([image, side])), facts)).toBeNull();
  });

  it("everything where there is no signature policy", async () => {
    expect(await patchFor(request(pod([app])), noFacts())).toBeNull();
  });

  it("a name that is split, and what only looks like one", async () => {
    const model = { modelFormat: { name: "paddle" }, image: "registry.example.com/ml/app", runtimeVersion: "1.4.2" };
    const service = (predictor: JsonObject): JsonObject => ({
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: { name: "ocr" },
      spec: { predictor: { model: predictor } },
    });
    expect(await patchFor(request(service(model)))).toBeNull();
    const version = { modelFormat: { name: "paddle" }, runtimeVersion: "app" };
    expect(await patchFor(request(service(version)), factsOf({ app: fact("verified") }))).toBeNull();
    expect(await patchFor(request(service({ ...model, runtimeVersion: null, image: app })))).toEqual([
      replace("/spec/predictor/model/image", `${app}@${digest}`),
    ]);
  });

  it("the tag of a PaddleService, but not a name that stands in one field", async () => {
    const service = (endpoint: JsonObject): JsonObject => ({
      apiVersion: "elasticserving.paddlepaddle.org/v1",
      kind: "PaddleService",
      metadata: { name: "ocr" },
      spec: { default: { arg: "run", port: 9000, ...endpoint } },
    });
    const split = service({ containerImage: "registry.example.com/ml/app", tag: "1.4.2" });
    expect(questionsToPin(await reviewer(), request(split), verified).signatures ?? []).toEqual([]);
    expect(await patchFor(request(split))).toBeNull();
    expect(await patchFor(request(service({ containerImage: app })))).toEqual([
      replace("/spec/default/containerImage", `${app}@${digest}`),
    ]);
  });

  it("what is being deleted", async () => {
    const deletionTimestamp = "2026-11-24T12:00:00Z";
    expect(await patchFor(update(pod([app], { deletionTimestamp }), pod([side])))).toBeNull();
  });

  it.each<[string, Partial<AdmissionRequest>]>([
    ["a deletion", { operation: "DELETE" }],
    ["another subresource", { subResource: "status", operation: "UPDATE" }],
    ["a request without an object", { object: null }],
  ])("%s", async (_, more) => {
    const asked = request(pod([app]), more);
    expect(await patchFor(asked)).toBeNull();
    expect(questionsToPin(await reviewer(), asked, verified).signatures ?? []).toEqual([]);
  });

  it("what comes from someone who is exempt", async () => {
    const asked = request(pod([app]));
    const exempt = { users: ["alice"], groups: [], serviceAccounts: [] };
    expect(await patchFor(asked, verified, { mode: "enforce", exempt })).toBeNull();
    expect(questionsToPin(await reviewer({ mode: "enforce", exempt }), asked, verified).signatures ?? []).toEqual([]);
  });

  it("what a controller made, but for its Pods", async () => {
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name: "ocr", uid: "1", controller: true }];
    const replicaSet = { ...deployment(app, { ownerReferences }), kind: "ReplicaSet" };
    expect(await patchFor(request(replicaSet))).toBeNull();
    expect(await patchFor(request(pod([app], { ownerReferences })))).toHaveLength(1);
  });
});

describe("an update", () => {
  it("does not touch what was there before", async () => {
    expect(await patchFor(update(pod([app], { labels: { a: "b" } }), pod([app])))).toBeNull();
    expect(await patchFor(update(pod([app, side]), pod([app])))).toEqual([
      replace("/spec/containers/1/image", `${side}@${moved}`),
    ]);
  });

  it("knows a container again by its name", async () => {
    const turned = pod([app, side]);
    const containers = [
      { name: "c1", image: side },
      { name: "c0", image: app },
    ];
    expect(await patchFor(update({ ...turned, spec: { containers } }, turned))).toBeNull();
  });

  it("that names an image as before keeps its digest, also where the tag has moved", async () => {
    const asked = update(deployment(app), deployment(`${app}@${digest}`));
    const facts = factsOf({ [app]: fact("verified", moved), [`${app}@${digest}`]: fact("verified") });
    expect(questionsToPin(await reviewer(), asked, facts)).toEqual({ signatures: [app, `${app}@${digest}`] });
    expect(await patchFor(asked, facts)).toEqual([
      replace("/spec/template/spec/containers/0/image", `${app}@${digest}`),
    ]);
  });

  it("is given the new digest where the old one is not verified any more", async () => {
    const facts = factsOf({ [app]: fact("verified", moved), [`${app}@${digest}`]: fact("failed") });
    expect(await patchFor(update(deployment(app), deployment(`${app}@${digest}`)), facts)).toEqual([
      replace("/spec/template/spec/containers/0/image", `${app}@${moved}`),
    ]);
  });

  it("of ephemeral containers pins the one that is added", async () => {
    const withDebuggers = (images: readonly string[]): JsonObject => ({
      ...pod([side]),
      spec: {
        containers: [{ name: "c0", image: side }],
        ephemeralContainers: images.map((image, index) => ({ name: `debug-${index}`, image })),
      },
    });
    const asked = update(withDebuggers([side, app]), withDebuggers([side]), { subResource: "ephemeralcontainers" });
    expect(await patchFor(asked)).toEqual([replace("/spec/ephemeralContainers/1/image", `${app}@${digest}`)]);
  });
});

describe("what fails", () => {
  const broken: ReviewFacts = {
    ...noFacts(),
    get told(): never {
      throw new Error("out of order");
    },
  };

  it("is let in as it came with a warning, whatever onError says", async () => {
    const mutated = mutate(await reviewer({ mode: "enforce", onError: "deny" }), request(pod([app])), broken);
    expect(mutated.answer.response).toEqual({
      uid: "u-1",
      allowed: true,
      warnings: ["paddlock pinned no image to its digest: out of order"],
      auditAnnotations: { mode: "enforce", failed: "out of order" },
    });
    expect(mutated.record).toMatchObject({ outcome: "failed", reason: "out of order", allowed: true, pinned: 0 });
  });

  it("is not told to anybody in mode audit", async () => {
    const { answer } = unmutated(await reviewer({ mode: "audit" }), request(pod([app])), verified, said("deadline"));
    expect(answer.response).toEqual({
      uid: "u-1",
      allowed: true,
      auditAnnotations: { mode: "audit", failed: "deadline" },
    });
  });
});

it("asks about no image that it would not pin", async () => {
  const asked = request(pod([app, `${side}@${digest}`, "registry.example.com/app:$(TAG)", app]));
  expect(questionsToPin(await reviewer(), asked, noFacts())).toEqual({ signatures: [app] });
  expect(questionsToPin(await reviewer({ mode: "audit" }), asked, noFacts()).signatures ?? []).toEqual([]);
});

it("writes paths as JSON pointers do", () => {
  const image = { field: "", reference: app, pinnedBefore: null, pinned: `${app}@${digest}` };
  expect(patchOf([{ ...image, path: ["spec", "a/b~c", 0, "image"] }])).toEqual([
    replace("/spec/a~1b~0c/0/image", `${app}@${digest}`),
  ]);
});
