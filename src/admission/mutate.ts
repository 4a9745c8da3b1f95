import { signatures, signaturesIn } from "../facts/signatures/fact.ts";
import type { Questions } from "../facts/terms/fact.ts";
import type { FactSources } from "../facts/terms/source.ts";
import { objectOf, textOf } from "../json/json.ts";
import { failureReason } from "../judging/failure.ts";
import { inEach, type Words } from "../messages/language.ts";
import { type AdmissionRequest, reviewVersion } from "./admission-review.ts";
import { listed } from "./annotations.ts";
import { recordOf } from "./answer.ts";
import { exemption } from "./exempt.ts";
import { warning } from "./message.ts";
import { controllerOf } from "./owner.ts";
import { type Pin, patchOf, pins, referencesOf, type Unpinned, unpinnedImages } from "./pinning.ts";
import type { ReviewFacts } from "./review-facts.ts";
import type { AdmissionAnswer, Reviewed, ReviewOutcome } from "./reviewed.ts";
import { isJudged, type Reviewer } from "./reviewer.ts";
import { admissionWords } from "./words.ts";

type Idle = Exclude<ReviewOutcome, "judged" | "failed" | "pinned">;

/** What is to be found out before a request is mutated: the signatures of the images to pin. Never throws. */
export function questionsToPin(reviewer: Reviewer, request: AdmissionRequest, facts: ReviewFacts): Questions {
  try {
    const images = unpinnedOf(reviewer, request, facts);
    return typeof images === "string" ? {} : { [signatures.name]: referencesOf(images) };
  } catch {
    // Mutating fails on it in the same way, and says so.
    return {};
  }
}

/** Whether there is somebody to ask about the images to pin. */
export function canPin(sources: FactSources): boolean {
  return sources[signatures.name] !== undefined;
}

/**
 * Answers a request with a patch that gives each image the digest that was verified, so that what was judged is what runs.
 * Pure, given the facts. Never throws, and denies nothing: whether the images may run is for the review that follows, so
 * what fails here is let in as it came, whatever `admission.onError` says.
 */
export function mutate(reviewer: Reviewer, request: AdmissionRequest, facts: ReviewFacts): Reviewed {
  try {
    const images = unpinnedOf(reviewer, request, facts);
    if (typeof images === "string") return answered(reviewer, request, facts, images, []);
    const known = signaturesIn(facts.told);
    const pinned = known === null ? [] : pins(images, known);
    return answered(reviewer, request, facts, pinned.length === 0 ? "unchanged" : "pinned", pinned);
  } catch (error) {
    return unmutated(
      reviewer,
      request,
      facts,
      inEach((language) => failureReason(error, language)),
    );
  }
}

/** The answer to a request of which it could not be told what is to be pinned. */
export function unmutated(
  reviewer: Reviewer,
  request: AdmissionRequest,
  facts: ReviewFacts,
  reason: Words<string>,
): Reviewed {
  const mode = reviewer.mode(request.namespace, facts);
  const said = warning(admissionWords[reviewer.language].notPinned(reason[reviewer.language]));
  return {
    answer: review({
      uid: request.uid,
      allowed: true,
      ...(mode === "audit" ? {} : { warnings: [said] }),
      auditAnnotations: { mode, failed: reason.en.slice(0, 500) },
    }),
    record: { ...recordOf(request, mode, true, "failed", { reason: reason.en }), pinned: 0 },
  };
}

/**
 * The images that may be pinned, or why none may. Mode `audit` promises that nobody notices it, and so changes nothing;
 * `warn` changes what it would for `enforce`, so that what enforcement brings is seen before it denies anything. What a
 * controller made, other than Pods, is left as it is: a Deployment that does not find its template again in its
 * ReplicaSet makes another, without end. Its Pods are pinned when they are made.
 */
function unpinnedOf(reviewer: Reviewer, request: AdmissionRequest, facts: ReviewFacts): Unpinned[] | Idle {
  const { object, oldObject, kind } = request;
  if (!isJudged(request) || object === null) return "not-subject";
  if (reviewer.mode(request.namespace, facts) === "audit") return "not-subject";
  if (exemption(request, reviewer.configuration.admission.exempt) !== null) return "exempt";
  if (textOf(objectOf(object.metadata).deletionTimestamp) !== null) return "unchanged";
  const isPod = kind.group === "" && kind.kind === "Pod";
  if (!isPod && controllerOf(object) !== null) return "not-subject";
  const { workload } = reviewer.subject(request, object);
  const before =
    oldObject === null ? null : { object: oldObject, workload: reviewer.subject(request, oldObject).workload };
  return unpinnedImages({ object, workload }, before);
}

function answered(
  reviewer: Reviewer,
  request: AdmissionRequest,
  facts: ReviewFacts,
  outcome: Idle | "pinned",
  pinned: readonly Pin[],
): Reviewed {
  const mode = reviewer.mode(request.namespace, facts);
  const patch =
    pinned.length === 0
      ? {}
      : { patchType: "JSONPatch" as const, patch: Buffer.from(JSON.stringify(patchOf(pinned))).toString("base64") };
  const list = listed(pinned, ({ field, pinned: name }) => `${field} ${name}`);
  return {
    answer: review({
      uid: request.uid,
      allowed: true,
      ...patch,
      auditAnnotations: { mode, ...(list === "" ? {} : { pinned: list }) },
    }),
    record: { ...recordOf(request, mode, true, outcome), pinned: pinned.length },
  };
}

function review(response: AdmissionAnswer["response"]): AdmissionAnswer {
  return { apiVersion: reviewVersion, kind: "AdmissionReview", response };
}
