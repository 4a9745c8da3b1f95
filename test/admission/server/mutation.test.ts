import { expect, it } from "vitest";
import { Reviewer } from "../../../src/admission/reviewer.ts";
import { Policies } from "../../../src/admission/server/policies.ts";
import { SharedSource } from "../../../src/admission/server/shared-source.ts";
import type { SignatureFact } from "../../../src/contract/input.generated.ts";
import type { SignatureFacts } from "../../../src/facts/signatures/fact.ts";
import type { FactSource, FactSources } from "../../../src/facts/terms/source.ts";
import { post } from "./client.ts";
import { badImage, reviewBody } from "./reviews.ts";
import { reviewerOptions, type Started, type StartOptions, start } from "./start.ts";

const tagged = "registry.example.com/paddleocr:2.7.3";
const digest = `sha256:${"c".repeat(64)}`;

/** Knows one image as signed, and every other as unsigned; says what it was asked about. */
class GivenSignatures implements FactSource<SignatureFacts> {
  readonly asked: string[] = [];

  cached(): null {
    return null;
  }

  async facts(images: readonly string[]): Promise<SignatureFacts> {
    this.asked.push(...images);
    return Object.fromEntries(images.map((image) => [image, this.fact(image)]));
  }

  fact(image: string): SignatureFact {
    const signed = image === tagged;
    return {
      state: signed ? "verified" : "failed",
      reason: signed ? null : "unsigned",
      detail: "",
      policies: ["own"],
      digest: signed ? digest : null,
      action: signed ? null : "deny",
    };
  }

  async close(): Promise<void> {}
}

/** The same policies, whose images are looked up by these. */
function judging({ reviewer, large }: Policies, signatures: FactSource<SignatureFacts> | null): Policies {
  const sources: FactSources<SharedSource> =
    signatures === null ? {} : { signatures: new SharedSource(signatures, "") };
  return new Policies({ reviewer, large, sources, owners: null });
}

/** A server whose images are looked up by these. */
async function startWith(signatures: FactSource<SignatureFacts>, options: StartOptions = {}): Promise<Started> {
  const started = await start(options);
  const { policies } = started;
  policies.replace(judging(policies.current, signatures));
  return started;
}

interface Mutated {
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patch?: string;
    readonly warnings?: readonly string[];
    readonly auditAnnotations: { readonly [key: string]: string };
  };
}

function read(body: string): Mutated["response"] {
  const { response }: Mutated = JSON.parse(body);
  return response;
}

it("answers with a patch, a line of the log and figures of its own", async () => {
  const signatures = new GivenSignatures();
  const { url, ca, server, log } = await startWith(signatures);
  const { status, body } = await post(`${url}/mutate?timeout=10s`, reviewBody({ uid: "u-1", image: tagged }), { ca });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: "u-1", allowed: true, patchType: "JSONPatch" },
  });
  expect(JSON.parse(Buffer.from(read(body).patch ?? "", "base64").toString())).toEqual([
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: `${tagged}@${digest}` },
  ]);
  expect(signatures.asked).toEqual([tagged]);
  expect(await log()).toContainEqual(
    expect.objectContaining({ msg: "mutated", uid: "u-1", outcome: "pinned", pinned: 1, user: "alice" }),
  );
  const metrics = await server.metrics.text();
  expect(metrics).toContain(
    'paddlock_mutations_total{operation="CREATE",kind="Deployment",mode="enforce",outcome="pinned"} 1',
  );
  expect(metrics).toContain("paddlock_pinned_images_total 1");
  expect(metrics).not.toContain("paddlock_requests_total{");
});

it("lets through what the review that follows denies", async () => {
  const { url, ca } = await startWith(new GivenSignatures());
  const body = reviewBody({ image: badImage });
  expect(read((await post(`${url}/mutate`, body, { ca })).body)).toEqual({
    uid: "a",
    allowed: true,
    auditAnnotations: { mode: "enforce" },
  });
  expect(read((await post(`${url}/validate`, body, { ca })).body).allowed).toBe(false);
});

it("is not there without a signature policy", async () => {
  const { url, ca, server } = await start();
  expect((await post(`${url}/mutate`, reviewBody(), { ca })).status).toBe(404);
  expect(await server.metrics.text()).toContain('paddlock_refused_requests_total{code="404"} 1');
});

it("is not there any more when the policy is taken away, and there again when it comes back", async () => {
  const { url, ca, policies } = await startWith(new GivenSignatures());
  const { current } = policies;
  const ask = async (): Promise<number> => (await post(`${url}/mutate`, reviewBody({ image: tagged }), { ca })).status;
  expect(await ask()).toBe(200);
  policies.replace(judging(current, null));
  expect(await ask()).toBe(404);
  policies.replace(judging(current, new GivenSignatures()));
  expect(await ask()).toBe(200);
});

it("leaves a large object as it is, and says so", async () => {
  const signatures = new GivenSignatures();
  const { url, ca, log } = await startWith(signatures);
  const body = reviewBody({ uid: "large", image: tagged, padding: 300 << 10 });
  expect(read((await post(`${url}/mutate`, body, { ca })).body)).toEqual({
    uid: "large",
    allowed: true,
    warnings: ["paddlock pinned no image to its digest: size"],
    auditAnnotations: { mode: "enforce", failed: "size" },
  });
  expect(signatures.asked).toEqual([]);
  expect(await log()).toContainEqual(expect.objectContaining({ uid: "large", outcome: "failed", reason: "size" }));
});

it.each([
  ["no JSON", "{", "application/json", 400],
  ["another type", reviewBody(), "text/plain", 415],
  ["a body above the limit", reviewBody({ padding: 8 << 20 }), "application/json", 413],
])("is held to the limits of a review: %s", async (_, body, type, status) => {
  const { url, ca } = await startWith(new GivenSignatures());
  const answer = await post(`${url}/mutate`, body, { ca, headers: { "content-type": type } });
  expect(answer.status).toBe(status);
});

it("lets in what could not be looked up, and counts it", async () => {
  const signatures = new GivenSignatures();
  signatures.facts = () => Promise.reject(new Error("out of order"));
  const { url, ca, server } = await startWith(signatures, { config: "admission: { mode: enforce, onError: deny }" });
  expect(read((await post(`${url}/mutate`, reviewBody({ image: tagged }), { ca })).body)).toEqual({
    uid: "a",
    allowed: true,
    warnings: ["paddlock pinned no image to its digest: rules"],
    auditAnnotations: { mode: "enforce", failed: "rules" },
  });
  const metrics = await server.metrics.text();
  expect(metrics).toContain(
    'paddlock_mutations_total{operation="CREATE",kind="Deployment",mode="enforce",outcome="failed"} 1',
  );
  // Nothing is answered by onError here: whoever is woken by that is not to be woken by this.
  expect(metrics).not.toMatch(/paddlock_review_failures_total\{[^}]*\} [1-9]/);
});

it("lets in what came too late to be looked up", async () => {
  const signatures = new GivenSignatures();
  const { url, ca } = await startWith(signatures);
  const answer = await post(`${url}/mutate?timeout=1ns`, reviewBody({ image: tagged }), { ca });
  expect(read(answer.body).auditAnnotations).toEqual({ mode: "enforce", failed: "deadline" });
  expect(signatures.asked).toEqual([]);
});

it("mutates by the configuration of its own", async () => {
  const signatures = new GivenSignatures();
  const audit = await Reviewer.prepare(await reviewerOptions("admission: { mode: audit }"));
  const { url, ca } = await startWith(signatures, { reviewer: () => audit });
  expect(read((await post(`${url}/mutate`, reviewBody({ image: tagged }), { ca })).body)).toEqual({
    uid: "a",
    allowed: true,
    auditAnnotations: { mode: "audit" },
  });
});
