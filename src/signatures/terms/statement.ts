import { isObject } from "../../json/json.ts";
import type { JsonValue } from "../../json/value.ts";
import type { Claim } from "./found.ts";
import { Rejection, shown } from "./rejection.ts";

/** What the signatures of cosign 3 state; every other predicate is an attestation. */
export const SIGNATURE_PREDICATE = "https://sigstore.dev/cosign/sign/v1";
export const STATEMENT_TYPE = "application/vnd.in-toto+json";
const STATEMENTS: ReadonlySet<string> = new Set([
  "https://in-toto.io/Statement/v0.1",
  "https://in-toto.io/Statement/v1",
]);

/**
 * What an in-toto statement claims of an image, of which one of its subjects must be.
 * Source: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 *
 * @throws Rejection (payload-mismatch)
 */
export function claimOf(payloadType: string, payload: Uint8Array, digest: string): Claim {
  if (payloadType !== STATEMENT_TYPE)
    throw new Rejection("payload-mismatch", (say) => say.notStatementType(shown(payloadType)));
  const statement = parsed(payload);
  const { _type: type, subject, predicateType, predicate = null } = isObject(statement) ? statement : {};
  if (typeof type !== "string" || !STATEMENTS.has(type) || typeof predicateType !== "string") {
    throw new Rejection("payload-mismatch", (say) => say.notInToto);
  }
  const [algorithm = "", hex = ""] = digest.split(":");
  const subjects = Array.isArray(subject) ? subject : [];
  const named = subjects.some((each) => {
    const digests = isObject(each) ? each.digest : undefined;
    return isObject(digests) && Object.hasOwn(digests, algorithm) && digests[algorithm] === hex;
  });
  if (!named) throw new Rejection("payload-mismatch", (say) => say.otherStatement);
  return predicateType === SIGNATURE_PREDICATE
    ? { kind: "signature" }
    : { kind: "attestation", predicateType, predicate };
}

function parsed(payload: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new Rejection("payload-mismatch", (say) => say.payloadNoJson);
  }
}
