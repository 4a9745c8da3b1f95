import { isObject, listOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Answer } from "./exchange.ts";
import { RegistryError, type RegistryErrorKind, type RegistryPlace } from "./registry-error.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { RegistryDetail } from "./words.ts";

const TRANSIENT: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** The error that an answer stands for which is no success. `more` is said beside what the registry answered. */
export function failureOf(answer: Answer, place: RegistryPlace, more?: RegistryDetail): RegistryError {
  const { status } = answer;
  const codes = errorCodes(answer).slice(0, 3).join(", ");
  const answered = `HTTP ${status}${codes === "" ? "" : `, ${codes}`}`;
  return new RegistryError(kindOf(status), place, {
    status,
    detail: (say) => (more === undefined ? answered : say.both(answered, more(say))),
    retryAfter: retryAfterSeconds(answer.headers["retry-after"]),
    transient: TRANSIENT.has(status),
  });
}

/**
 * The codes in the body of a failure, such as `MANIFEST_UNKNOWN`. Only words of capitals are taken: whatever else the
 * body says is not repeated. Source: OCI distribution-spec, "Error Codes".
 */
export function errorCodes({ body }: Answer): string[] {
  const value = parseJson(body);
  return listOf(isObject(value) ? value.errors : undefined)
    .map((item) => (isObject(item) ? item.code : undefined))
    .filter((code): code is string => typeof code === "string" && /^[A-Z_]{1,64}$/.test(code));
}

/** The JSON that bytes hold, or undefined. */
export function parseJson(bytes: Uint8Array): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return value;
  } catch {
    return undefined;
  }
}

/** @throws RegistryError (protocol) where bytes hold no JSON object */
export function parseObject(bytes: Uint8Array, place: RegistryPlace): JsonObject {
  const value = parseJson(bytes);
  if (!isObject(value)) throw new RegistryError("protocol", place, { detail: (say) => say.noObject });
  return value;
}

function kindOf(status: number): RegistryErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 408) return "timeout";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "server" : "protocol";
}
