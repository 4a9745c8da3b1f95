import type { AdmissionMode } from "../config/admission.ts";
import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { type AdmissionRequest, BadReviewError, readJsonObject, requireType } from "./admission-review.ts";
import type { ReviewFacts } from "./review-facts.ts";
import type { ReviewRecord } from "./reviewed.ts";
import type { Reviewer } from "./reviewer.ts";

const imageReviewVersion = "imagepolicy.k8s.io/v1alpha1";

/** What the ImagePolicyWebhook asks: may these images run in that namespace. */
export interface ImageReview {
  readonly images: readonly string[];
  readonly namespace: string;
}

export interface ImageReviewAnswer {
  readonly apiVersion: typeof imageReviewVersion;
  readonly kind: "ImageReview";
  readonly status: {
    readonly allowed: boolean;
    readonly reason?: string;
    readonly auditAnnotations: { readonly [key: string]: string };
  };
}

/**
 * Reads the body of an ImageReview.
 * @throws BadReviewError where it is none.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#imagepolicywebhook
 */
export function readImageReview(body: Uint8Array): ImageReview {
  const review = readJsonObject(body);
  requireType(review, imageReviewVersion, "ImageReview");
  const { containers, namespace } = objectOf(review.spec);
  const images = listOf(containers).map((container) => (isObject(container) ? textOf(container.image) : null));
  if (images.length === 0 || images.includes(null)) throw new BadReviewError("the review names no image");
  return { images: images.filter((image) => image !== null), namespace: textOf(namespace) ?? "" };
}

/** A review of images as the request of a pod that has them, for the rules know nothing smaller. */
export function imageRequest({ images, namespace }: ImageReview): AdmissionRequest {
  return {
    uid: "image-review",
    operation: "CREATE",
    kind: { group: "", version: "v1", kind: "Pod" },
    subResource: null,
    namespace: namespace === "" ? null : namespace,
    name: null,
    user: { name: "", groups: [] },
    dryRun: false,
    object: podOf(images),
    oldObject: null,
  };
}

/** Judges the images of a request by the rules about images alone: nothing else of the pod is told. Never throws. */
export function reviewImages(
  reviewer: Reviewer,
  request: AdmissionRequest,
  facts: ReviewFacts,
  now: Date,
): { readonly answer: ImageReviewAnswer; readonly record: ReviewRecord } {
  const mode = reviewer.mode(request.namespace, facts);
  const { denied, reviewed } = reviewer.reviewFor(request, facts, now, "images");
  const {
    record,
    answer: { response },
  } = reviewed;
  const reasons = denied.map(({ message, rule }) => `${message} [${rule}]`);
  const failure = record.outcome === "failed" ? response.status?.message : undefined;
  const reason = failure ?? [...new Set(reasons)].join("; ");
  return { answer: answer(record.allowed, mode, reason), record: { ...record, kind: "ImageReview" } };
}

function answer(allowed: boolean, mode: AdmissionMode, reason: string): ImageReviewAnswer {
  return {
    apiVersion: imageReviewVersion,
    kind: "ImageReview",
    status: {
      allowed,
      ...(allowed ? {} : { reason }),
      auditAnnotations: { mode, ...(reason === "" ? {} : { violations: reason.slice(0, 4000) }) },
    },
  };
}

function podOf(images: readonly string[]): JsonObject {
  const containers = images.map((image, index) => ({ name: `image-${index}`, image }));
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "images" }, spec: { containers } };
}
