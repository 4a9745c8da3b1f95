/** Of one warning and of all together, in code points: the API server cuts what is more. */
const longestWarning = 256;
const warningsTotal = 4096;

/**
 * What is wrong with an answer: null for an AdmissionReview that the API server would take as the answer to this body, and
 * for a refusal (4xx).
 */
export function problemOf(path: string, body: Buffer, status: number, answer: string): string | null {
  if (status >= 400 && status < 500) return null;
  if (status !== 200) return `status ${status}`;
  const sent = parsed(body.toString("utf8"));
  if (sent === undefined) return "an answer to what is no JSON";
  const review = parsed(answer);
  if (path.startsWith("/imagereview")) return has(review, "status") ? null : "no ImageReview";
  if (!has(review, "response")) return "no AdmissionReview";
  if (review.apiVersion !== "admission.k8s.io/v1" || review.kind !== "AdmissionReview") return "another type";
  const { response } = review;
  if (!has(response, "uid")) return "no uid";
  if (!has(sent, "request") || !has(sent.request, "uid") || sent.request.uid !== response.uid) return "another uid";
  if (typeof response.allowed !== "boolean") return "neither allowed nor denied";
  if ("patch" in response || "patchType" in response) return "a patch";
  return (
    (response.allowed ? null : statusProblem(response.status)) ??
    warningsProblem(response.warnings) ??
    annotationsProblem(response.auditAnnotations)
  );
}

function statusProblem(status: unknown): string | null {
  if (!has(status, "message")) return "a denial without a message";
  const { code, message } = status;
  if (typeof message !== "string" || message === "") return "a denial without a message";
  return code === 403 || code === 500 ? null : `a denial with code ${String(code)}`;
}

function warningsProblem(warnings: unknown): string | null {
  if (warnings === undefined) return null;
  if (!Array.isArray(warnings)) return "warnings that are no list";
  let total = 0;
  for (const warning of warnings) {
    if (typeof warning !== "string") return "a warning that is no text";
    const length = [...warning].length;
    total += length;
    if (length > longestWarning) return "a warning that is too long";
    // A header cannot carry them.
    if (/\p{Cc}/u.test(warning)) return "a warning with control characters";
  }
  return total > warningsTotal ? "warnings that are too long together" : null;
}

function annotationsProblem(annotations: unknown): string | null {
  if (typeof annotations !== "object" || annotations === null) return "no audit annotations";
  return Object.values(annotations).every((value) => typeof value === "string")
    ? null
    : "an annotation that is no text";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function has(value: unknown, key: string): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
