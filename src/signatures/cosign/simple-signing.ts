import { isObject } from "../../json/json.ts";
import type { JsonValue } from "../../json/value.ts";
import { imageReference, type RepositoryName } from "../../registry/repository.ts";
import type { PayloadPart } from "../terms/detail-words.ts";
import { Rejection, shown } from "../terms/rejection.ts";

const TYPE = "cosign container image signature";

/**
 * Checks a simple-signing payload, the content that cosign's signatures under a tag are of: it must be of this digest,
 * and of this repository. cosign itself leaves the repository unread; here a signature that was copied to another one
 * does not count. Source: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md, "Simple Signing".
 *
 * @throws Rejection (payload-mismatch)
 */
export function checkSimpleSigning(payload: Uint8Array, repository: RepositoryName, digest: string): void {
  const critical = member(parsed(payload), "critical");
  if (textOf(member(critical, "type"), "type") !== TYPE)
    throw new Rejection("payload-mismatch", (say) => say.noImageSignature);
  const signed = textOf(member(member(critical, "image"), "docker-manifest-digest"), "digest");
  if (signed !== digest) throw new Rejection("payload-mismatch", (say) => say.signatureOf(shown(signed)));
  const named = textOf(member(member(critical, "identity"), "docker-reference"), "reference");
  const reference = imageReference(named);
  if (
    typeof reference === "string" ||
    reference.repository.host !== repository.host ||
    reference.repository.path !== repository.path
  ) {
    throw new Rejection("payload-mismatch", (say) => say.otherRepository(shown(named)));
  }
}

function parsed(payload: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new Rejection("payload-mismatch", (say) => say.payloadNoJson);
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function textOf(value: JsonValue | undefined, what: PayloadPart): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Rejection("payload-mismatch", (say) => say.payloadLacks(what));
}
