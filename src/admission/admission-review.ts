import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";

/** A kind with its group: "" is the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What is asked of us: the `request` of an AdmissionReview, read and typed. Null is what the API server leaves out. */
export interface AdmissionRequest {
  readonly uid: string;
  /** `CREATE`, `UPDATE`, `DELETE`, `CONNECT`. */
  readonly operation: string;
  readonly kind: GroupVersionKind;
  /** As paths name the kind. */
  readonly resource?: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly dryRun: boolean;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  /** Of an object that is judged because its replicas rise: from how many, to how many. */
  readonly scaled?: { readonly from: number; readonly to: number };
}

/** A body that is no review that can be answered. `status` is that of HTTP. */
export class BadReviewError extends Error {
  override name = "BadReviewError";
  readonly status = 400;
}

export const reviewVersion = "admission.k8s.io/v1";

/**
 * Reads the body of a request.
 * @throws BadReviewError where it is no JSON, no AdmissionReview of admission.k8s.io/v1, or says no uid: without these
 *   there is nothing that the API server would take for an answer.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
export function readReview(body: Uint8Array): AdmissionRequest {
  const review = readJsonObject(body);
  requireType(review, reviewVersion, "AdmissionReview");
  const request = objectOf(review.request);
  const uid = textOf(request.uid);
  if (uid === null) throw new BadReviewError("the review has no request.uid");
  const operation = textOf(request.operation);
  if (operation === null) throw new BadReviewError("the review has no request.operation");
  const kind = objectOf(request.kind);
  const resource = objectOf(request.resource);
  const user = objectOf(request.userInfo);
  return {
    uid,
    operation,
    kind: { group: textOf(kind.group) ?? "", version: textOf(kind.version) ?? "", kind: textOf(kind.kind) ?? "" },
    resource: {
      group: textOf(resource.group) ?? "",
      version: textOf(resource.version) ?? "",
      resource: textOf(resource.resource) ?? "",
    },
    subResource: textOf(request.subResource),
    namespace: textOf(request.namespace),
    name: textOf(request.name),
    user: {
      name: textOf(user.username) ?? "",
      groups: listOf(user.groups).filter((group) => typeof group === "string"),
    },
    dryRun: request.dryRun === true,
    object: objectOrNull(request.object),
    oldObject: objectOrNull(request.oldObject),
  };
}

/** @throws BadReviewError where the bytes are no JSON object. */
export function readJsonObject(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    throw new BadReviewError("the body is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BadReviewError("the body is no JSON object");
  }
  // What JSON.parse gives holds nothing but JSON.
  return value as JsonObject;
}

/** @throws BadReviewError where the object is of another type. */
export function requireType({ apiVersion, kind }: JsonObject, version: string, wanted: string): void {
  if (apiVersion === version && kind === wanted) return;
  const found = `${textOf(apiVersion) ?? "no apiVersion"} ${textOf(kind) ?? "no kind"}`;
  throw new BadReviewError(`the body is no ${wanted} of ${version}, but ${found}`.slice(0, 200));
}

function objectOrNull(value: JsonObject[string]): JsonObject | null {
  return isObject(value) ? value : null;
}
