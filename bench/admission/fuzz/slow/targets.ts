import { readReview } from "../../../../src/admission/admission-review.ts";
import { mutate } from "../../../../src/admission/mutate.ts";
import { noFacts } from "../../../../src/admission/review-facts.ts";
import { Reviewer, type ReviewerOptions } from "../../../../src/admission/reviewer.ts";
import { admissionSettings } from "../../../../src/config/admission.ts";
import { loadConfiguration } from "../../../../src/config/load.ts";
import { objectOf } from "../../../../src/json/json.ts";
import type { JsonObject } from "../../../../src/json/value.ts";
import { type JudgeContext, relationOptions } from "../../../../src/judging/context.ts";
import { ResourceSet } from "../../../../src/relations/resource-set.ts";
import { loadCatalogue } from "../../../../src/rules/catalogue.ts";
import { Judge } from "../../../../src/scan/judge.ts";
import type { SourceFile } from "../../../../src/sources/terms/source-file.ts";

/**
 * A door through which an object comes. `before`: the object as it was, for the doors that ask.
 * @returns whether it was judged to the end, and not found to be too much
 */
export type Target = (object: JsonObject, before: JsonObject) => boolean;

const now = new Date("2026-11-30T00:00:00Z");

/** Every rule, and waivers in annotations. */
export async function reviewOptions(): Promise<ReviewerOptions> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue(), profile: "strict" });
  const admission = admissionSettings([{ mode: "enforce", annotationWaivers: { allow: true } }]);
  return { configuration: { ...loaded, admission }, language: "en", bundles: [], kubernetesVersion: "1.34" };
}

/** The doors, with every rule on. */
export async function targets(): Promise<{ readonly [name: string]: Target }> {
  const options = await reviewOptions();
  const reviewer = await Reviewer.prepare(options);
  const facts = noFacts();
  const context: JudgeContext = {
    ...options,
    today: "2026-11-30",
    door: "check",
    baseline: [],
    defaultNamespace: "default",
    namespaceGiven: false,
  };
  const judge = await Judge.prepare(context);
  const review = (object: JsonObject, old: JsonObject | null): boolean => {
    const request = readReview(reviewOf(object, old));
    reviewer.questions(request);
    return reviewer.review(request, facts, now).record.outcome !== "failed";
  };
  return {
    create: (object) => review(object, null),
    update: (object, before) => review(object, before),
    // What was there is large too, and differs in one place.
    "update of the same": (object) => review(object, { ...object, spec: { ...objectOf(object.spec), other: true } }),
    mutate: (object) => mutate(reviewer, readReview(reviewOf(object, null)), facts).record.outcome !== "failed",
    check: (object) => check(judge, context, JSON.stringify(object, null, 1)),
  };
}

function check(judge: Judge, context: JudgeContext, text: string): boolean {
  const file: SourceFile = { path: "a.yaml", format: "yaml", content: { text }, judged: true, rendering: "" };
  const read = judge.read(file, text);
  const set = new ResourceSet(judge.relate(read).entries, relationOptions(context));
  return judge.judge([read], [], set).notifications.every(({ code }) => code !== "over-budget");
}

/** The body of the review of an object, without what the API server writes besides. */
export function reviewOf(object: JsonObject, oldObject: JsonObject | null): Buffer {
  const [version = "", group = ""] = String(object.apiVersion).split("/").reverse();
  const kind = { group, version, kind: object.kind };
  const operation = oldObject === null ? "CREATE" : "UPDATE";
  const userInfo = { username: "lin", groups: ["system:authenticated"] };
  const request = {
    uid: "1",
    kind,
    name: "whole",
    namespace: "ml",
    operation,
    userInfo,
    object,
    oldObject,
    dryRun: true,
  };
  return Buffer.from(JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request }));
}
