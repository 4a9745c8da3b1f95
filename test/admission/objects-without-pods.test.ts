import { beforeAll, describe, expect, it } from "vitest";
import type { AdmissionRequest, GroupVersionKind } from "../../src/admission/admission-review.ts";
import { noFacts, type ReviewFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { smallReviewSteps } from "../../src/admission/server/limits.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { LAST_APPLIED } from "../../src/resources/last-applied.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { today } from "./review-cases.ts";

const kinds: { readonly [kind: string]: GroupVersionKind } = {
  ConfigMap: { group: "", version: "v1", kind: "ConfigMap" },
  Namespace: { group: "", version: "v1", kind: "Namespace" },
  Service: { group: "", version: "v1", kind: "Service" },
  ClusterRole: { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" },
  PaddleJob: { group: "batch.paddlepaddle.org", version: "v1", kind: "PaddleJob" },
};

/** As the API server has it that took away what it has no field for, with the text that was applied. */
function applied(written: JsonObject, stored: JsonObject): JsonObject {
  const { metadata, ...rest } = stored;
  const annotations = { ...objectOf(objectOf(metadata).annotations), [LAST_APPLIED]: JSON.stringify(written) };
  return { ...rest, metadata: { ...objectOf(metadata), annotations } };
}

const stored: JsonObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ocr", namespace: "ml" } };
const broken = applied({ ...stored, dta: { a: "b" } }, { ...stored, data: {} });
const good = applied({ ...stored, data: { a: "b" } }, { ...stored, data: { a: "b" } });

interface Asked {
  readonly old?: JsonObject;
  readonly namespace?: string | null;
  readonly admission?: WrittenAdmission;
  readonly facts?: Partial<ReviewFacts>;
  readonly rules?: readonly string[];
}

let loaded: Awaited<ReturnType<typeof loadConfiguration>>;
beforeAll(async () => {
  const cwd = import.meta.dirname;
  loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue(), rules: ["schema"] });
});

async function review(object: JsonObject, asked: Asked = {}): Promise<ReturnType<Reviewer["review"]>> {
  const admission = admissionSettings([{ mode: "enforce" }, asked.admission ?? {}]);
  const options = { language: "en", bundles: [], kubernetesVersion: "1.34" } as const;
  const reviewer = await Reviewer.prepare({ configuration: { ...loaded, admission }, ...options }, smallReviewSteps);
  const kind = kinds[String(object.kind)];
  if (kind === undefined) throw new Error(`${object.kind}?`);
  const request: AdmissionRequest = {
    uid: "1",
    operation: asked.old === undefined ? "CREATE" : "UPDATE",
    kind,
    subResource: null,
    namespace: asked.namespace === undefined ? "ml" : asked.namespace,
    name: String(objectOf(object.metadata).name),
    user: { name: "alice", groups: [] },
    dryRun: false,
    object,
    oldObject: asked.old ?? null,
  };
  return reviewer.review(request, { ...noFacts(), ...asked.facts }, today);
}

const causes = ({ answer }: ReturnType<Reviewer["review"]>): readonly string[] =>
  (answer.response.status?.details?.causes ?? []).map(({ reason, field }) => `${reason} ${field}`);

describe("an object without pods", () => {
  it("is denied for what was applied and dropped, as for what it has itself", async () => {
    expect(causes(await review(broken))).toEqual(["schema dta"]);
    expect(causes(await review({ ...stored, dta: {} }))).toEqual(["schema dta"]);
    expect((await review(good)).answer.response).toMatchObject({ allowed: true });
    const job: JsonObject = {
      apiVersion: "batch.paddlepaddle.org/v1",
      kind: "PaddleJob",
      metadata: { name: "job", namespace: "ml" },
      spec: { cleanPodPolcy: "Always", worker: { replicas: 1, template: { spec: { containers: [{ name: "a" }] } } } },
    };
    expect(causes(await review(job))).toContain("schema spec.cleanPodPolcy");
    // Twice found, once told.
    expect(causes(await review(applied(job, job)))).toEqual(causes(await review(job)));
  });

  it("is not denied for what was applied to another, or is no object", async () => {
    const other = { ...stored, metadata: { name: "other", namespace: "ml" }, dta: {} };
    const texts = [
      "",
      "[",
      "[]",
      "null",
      JSON.stringify(other),
      JSON.stringify({ ...stored, kind: "Secret", dta: {} }),
    ];
    for (const text of [...texts, `${"[".repeat(100_000)}`, JSON.stringify({ ...stored, dta: "x".repeat(300_000) })]) {
      const object = { ...stored, metadata: { ...objectOf(stored.metadata), annotations: { [LAST_APPLIED]: text } } };
      expect((await review(object)).answer.response, text.slice(0, 80)).toEqual({
        uid: "1",
        allowed: true,
        auditAnnotations: expect.anything(),
      });
    }
  });

  it("may keep by an update what it had, and gets nothing new", async () => {
    const changed = { ...broken, data: { more: "x" } };
    const kept = await review(changed, { old: broken });
    expect(kept.answer.response.allowed).toBe(true);
    expect(kept.answer.response.warnings?.join()).toContain("dta");
    expect(causes(await review(changed, { old: broken, admission: { onUpdate: "all" } }))).toEqual(["schema dta"]);
    expect(causes(await review(broken, { old: good }))).toEqual(["schema dta"]);
    expect((await review(broken, { old: broken, admission: { onUpdate: "all" } })).record.outcome).toBe("unchanged");
    const metadata = { ...objectOf(broken.metadata), finalizers: [] };
    const old = {
      ...broken,
      metadata: { ...metadata, finalizers: ["a/b"], deletionTimestamp: "2026-11-30T00:00:00Z" },
    };
    expect((await review({ ...old, metadata }, { old })).record.outcome).toBe("unchanged");
    expect(causes(await review({ ...old, binaryDta: {} }, { old }))).toEqual(["schema binaryDta"]);
  });

  it("is let in by a record of it", async () => {
    const record = {
      ...{ group: "", kind: "ConfigMap", namespace: "ml", name: "ocr", uid: null },
      ...{ from: today.getTime() - 1000, until: today.getTime() + 3_600_000, by: "bob", reason: "hotfix" },
    };
    const facts: Partial<ReviewFacts> = { exemptions: () => [record as never] };
    expect((await review(broken, { facts })).record).toMatchObject({ outcome: "exempt", exempt: { by: "record" } });
  });

  it("is judged by the mode of its namespace, and without one by the general mode", async () => {
    const role: JsonObject = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "all" },
      ruls: [],
    };
    const admission: WrittenAdmission = { mode: "warn", namespaces: [{ match: "ml", mode: "enforce" }] };
    expect((await review(role, { namespace: null, admission })).answer.response.allowed).toBe(true);
    expect(causes(await review(role, { namespace: null }))).toEqual(["schema ruls"]);
    // The API server says of a namespace that it lives in itself.
    const namespace: JsonObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "ml" }, spc: {} };
    expect(causes(await review(namespace, { admission }))).toEqual(["schema spc"]);
  });

  it("of a megabyte is judged within the steps of a small review, and so is its change", async () => {
    const data = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, "x".repeat(1000)]));
    const large = { ...broken, data };
    expect(causes(await review(large))).toEqual(["schema dta"]);
    expect(causes(await review({ ...large, data: { ...data, k0: "y" } }, { old: { ...stored, data } }))).toEqual([
      "schema dta",
    ]);
  });
});
