import type { SignatureFormat } from "../config/signatures.ts";
import { cosignSignatures } from "./cosign/cosign-tag.ts";
import { judgeAttestation } from "./judge-attestation.ts";
import { notationSignatures } from "./notation/notation-referrers.ts";
import { evidenceOf, type PolicyVerdict } from "./policy-verdict.ts";
import type { PreparedPolicy } from "./prepared-policy.ts";
import { bundles } from "./sigstore/sigstore-referrers.ts";
import type { ImageArtifacts } from "./terms/artifacts.ts";
import type { PreparedAuthority, Signed } from "./terms/authority.ts";
import { earliest } from "./terms/earliest.ts";
import type { Found } from "./terms/found.ts";
import { because, furthest, gravest, type Obstacle, Rejection } from "./terms/rejection.ts";
import type { SignatureEvidence } from "./terms/signature-fact.ts";

const READERS: Readonly<Record<SignatureFormat, (artifacts: ImageArtifacts) => AsyncGenerator<Found>>> = {
  cosign: cosignSignatures,
  bundle: bundles,
  notation: notationSignatures,
};

/**
 * Looks for signatures until enough of the authorities have signed, format by format, so that no more is asked of a
 * registry than is needed. Something that could not be read leaves the answer open where the rest is not enough.
 *
 * @throws nothing of the registry's
 */
export async function judgePolicy(
  policy: PreparedPolicy,
  artifacts: ImageArtifacts,
  now: Date,
): Promise<PolicyVerdict> {
  const signed = new Map<PreparedAuthority, Signed>();
  const rejections: Rejection[] = [];
  const obstacles: Obstacle[] = [];
  for (const format of policy.formats) {
    if (signed.size >= policy.needed) break;
    if (!policy.authorities.some(({ reads }) => (reads === "notation") === (format === "notation"))) continue;
    for await (const found of READERS[format](artifacts)) {
      if (found.type === "obstacle") obstacles.push(found.obstacle);
      else if (found.type === "rejected") rejections.push(found.rejection);
      else await offer(found, policy.authorities, now, signed, rejections);
      if (signed.size >= policy.needed) break;
    }
  }
  if (signed.size < policy.needed) return notEnough(policy, signed.size, rejections, obstacles);

  const evidence: SignatureEvidence[] = [...signed].map((each) => evidenceOf(policy, each, artifacts.digest));
  const untils = [...signed.values()].map(({ until }) => until);
  for (const wanted of policy.attestations) {
    const attested = await judgeAttestation(policy, wanted, artifacts, now);
    if (attested.state !== "verified") return attested;
    evidence.push(...attested.evidence);
    untils.push(attested.until);
  }
  return { state: "verified", evidence, until: earliest(untils) };
}

/** Shows a signature to those that have not signed yet. */
async function offer(
  found: Extract<Found, { readonly type: "sigstore" | "notation" }>,
  authorities: readonly PreparedAuthority[],
  now: Date,
  signed: Map<PreparedAuthority, Signed>,
  rejections: Rejection[],
): Promise<void> {
  for (const authority of authorities) {
    if (signed.has(authority) || (authority.reads === "notation") !== (found.type === "notation")) continue;
    try {
      const result = await authority.verify(found, now);
      if (result.claim.kind === "signature") signed.set(authority, result);
      else rejections.push(new Rejection("unsigned", (say) => say.onlyAttestations));
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      rejections.push(error);
    }
  }
}

function notEnough(
  { needed }: PreparedPolicy,
  count: number,
  rejections: readonly Rejection[],
  obstacles: readonly Obstacle[],
): PolicyVerdict {
  const obstacle = gravest(obstacles);
  if (obstacle !== undefined) return obstacle;
  const why = furthest(rejections);
  if (count > 0) {
    return {
      state: "failed",
      reason: "not-enough-signatures",
      detail: because((say) => say.someSignatures(count, needed), why),
    };
  }
  if (why === undefined) return { state: "failed", reason: "unsigned", detail: (say) => say.noSignatures };
  return { state: "failed", reason: why.reason, detail: why.detail };
}
