import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import { systemReason } from "../messages/system-reason.ts";

/** An answer of the API server that is no success: a `Status` of `meta/v1`, as far as it is one. */
export class ApiError extends Error {
  override name = "ApiError";
  /** Of HTTP: 403, 404, 409, 410, 429, … */
  readonly status: number;
  /** The API's own word: `Forbidden`, `NotFound`, `Conflict`, `Expired`; "" if it gave none. */
  readonly reason: string;
  /** Seconds until it is worth another try, where the server said so. */
  readonly retryAfter: number | null;

  constructor(status: number, body: JsonObject, retryAfter: number | null = null) {
    const reason = textOf(body.reason) ?? "";
    super(`${status}${reason === "" ? "" : ` ${reason}`}: ${shortened(textOf(body.message) ?? "no message")}`);
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter ?? secondsOf(body);
  }
}

/** No answer at all, or none that can be read: no connection, a timeout, a body that is cut short, or no JSON. */
export class TransportError extends Error {
  override name = "TransportError";
  readonly code: "unreachable" | "timeout" | "too-large" | "malformed" | "closed";

  readonly #detail: TransportDetail;

  constructor(code: TransportError["code"], detail: TransportDetail) {
    super(shortened(detail("en")));
    this.code = code;
    this.#detail = detail;
  }

  /** The same in a language. */
  describe(language: Language): string {
    return shortened(this.#detail(language));
  }
}

/** What went wrong, which waits for its language. */
export type TransportDetail = (language: Language) => string;

/** Why a cluster did not do what it was asked for. What the API server says itself is a quotation in Chinese. */
export function clusterReason(error: unknown, language: Language): string {
  return error instanceof TransportError ? error.describe(language) : systemReason(error, language);
}

/** Whether an answer says that what was asked for is no longer there to be continued or watched. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === "Expired" || error.reason === "Gone");
}

const mostCharacters = 300;

function shortened(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`;
}

function secondsOf(body: JsonObject): number | null {
  const { retryAfterSeconds } = objectOf(body.details);
  return typeof retryAfterSeconds === "number" && retryAfterSeconds > 0 ? retryAfterSeconds : null;
}
