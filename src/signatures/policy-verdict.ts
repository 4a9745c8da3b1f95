import type { PreparedPolicy } from "./prepared-policy.ts";
import type { PreparedAuthority, Signed } from "./terms/authority.ts";
import type { Obstacle } from "./terms/rejection.ts";
import type { SignatureEvidence } from "./terms/signature-fact.ts";

/** What a policy says of an image. */
export type PolicyVerdict =
  | {
      readonly state: "verified";
      readonly evidence: readonly SignatureEvidence[];
      /** When it stops to be so; null: never. */
      readonly until: Date | null;
    }
  | Obstacle;

/** A signature in the terms of reports. */
export function evidenceOf(
  { name, authorities }: PreparedPolicy,
  [authority, { claim, format, identity, issuer, time, logIndex }]: readonly [PreparedAuthority, Signed],
  digest: string,
): SignatureEvidence {
  return {
    format,
    kind: claim.kind,
    authority: { policy: name, index: authorities.indexOf(authority), description: authority.description },
    identity,
    issuer,
    time: time?.toISOString() ?? null,
    logIndex,
    digest,
    predicateType: claim.kind === "attestation" ? claim.predicateType : null,
  };
}
