import type { JsonValue } from "../json/value.ts";
import { cosignAttestations } from "./cosign/cosign-tag.ts";
import { evidenceOf, type PolicyVerdict } from "./policy-verdict.ts";
import { predicateTime } from "./predicate-time.ts";
import type { PreparedAttestation, PreparedPolicy } from "./prepared-policy.ts";
import { bundles } from "./sigstore/sigstore-referrers.ts";
import type { ImageArtifacts } from "./terms/artifacts.ts";
import type { PreparedAuthority, Signed } from "./terms/authority.ts";
import type { Detail } from "./terms/detail-words.ts";
import type { Found } from "./terms/found.ts";
import { because, furthest, gravest, type Obstacle, Rejection } from "./terms/rejection.ts";

/** A report that one of the policy's authorities signed. */
interface Report {
  readonly authority: PreparedAuthority;
  readonly signed: Signed;
  readonly predicate: JsonValue;
  /** When it was made: as a log or a timestamp authority proves, else as the signed content says; null: nobody says. */
  readonly time: Date | null;
  /** What its age is counted from: the earlier of both. */
  readonly from: Date | null;
}

/** Clocks differ: a time so far ahead (milliseconds) is not believed, for it would be the newest for ever. */
const CLOCK_SKEW = 5 * 60_000;

/**
 * Judges the newest report of a type that the policy's authorities signed: an old clean one says nothing beside a new bad
 * one. Reports that name no time could be the newest, and must all pass. As many authorities as must sign the image must
 * have signed reports.
 *
 * @throws nothing of the registry's
 */
export async function judgeAttestation(
  policy: PreparedPolicy,
  wanted: PreparedAttestation,
  artifacts: ImageArtifacts,
  now: Date,
): Promise<PolicyVerdict> {
  const { reports, rejections, obstacles } = await reportsOf(policy, wanted.predicateType, artifacts, now);
  // One that cannot be read may be the newest.
  const obstacle = gravest(obstacles);
  if (obstacle !== undefined) return obstacle;
  const signers = new Set(reports.map(({ authority }) => authority));
  if (signers.size < policy.needed) return missing(policy, signers.size, wanted.predicateType, rejections);

  const times = reports.flatMap(({ time }) => (time === null ? [] : [time.getTime()]));
  const newest = reports.filter(({ time }) => time === null || time.getTime() === Math.max(...times));
  let until: Date | null = null;
  for (const report of newest) {
    const { maxAge, assertion } = wanted;
    if (maxAge !== null) {
      const { from } = report;
      if (from === null) return failed("attestation-too-old", (say) => say.undatedReport);
      const end = new Date(from.getTime() + maxAge * 1000);
      if (end <= now) {
        return failed("attestation-too-old", (say) => say.oldReport(from.toISOString(), maxAge));
      }
      if (until === null || end < until) until = end;
    }
    const answer = assertion?.messages(report.predicate) ?? [];
    if (answer.length > 0)
      return failed("attestation-rejected", (say) =>
        answer
          .slice(0, 3)
          .map((each) => each(say))
          .reduce(say.besides),
      );
  }
  const evidence = newest.map(({ authority, signed }) => evidenceOf(policy, [authority, signed], artifacts.digest));
  return { state: "verified", evidence, until };
}

async function reportsOf(policy: PreparedPolicy, predicateType: string, artifacts: ImageArtifacts, now: Date) {
  const reports: Report[] = [];
  const rejections: Rejection[] = [];
  const obstacles: Obstacle[] = [];
  const readers: AsyncGenerator<Found>[] = [];
  if (policy.formats.includes("cosign")) readers.push(cosignAttestations(artifacts));
  if (policy.formats.includes("bundle")) readers.push(bundles(artifacts, predicateType));
  for (const reader of readers) {
    for await (const found of reader) {
      if (found.type === "obstacle") obstacles.push(found.obstacle);
      else if (found.type === "rejected") rejections.push(found.rejection);
      else {
        for (const authority of policy.authorities) {
          const report = await reportBy(authority, found, predicateType, now);
          if (report instanceof Rejection) rejections.push(report);
          else if (report !== null) reports.push(report);
        }
      }
    }
  }
  return { reports, rejections, obstacles };
}

/** Null where it is of another type. */
async function reportBy(
  authority: PreparedAuthority,
  found: Extract<Found, { readonly type: "sigstore" | "notation" }>,
  predicateType: string,
  now: Date,
): Promise<Report | Rejection | null> {
  if (authority.reads !== "sigstore" || found.type !== "sigstore") return null;
  try {
    const signed = await authority.verify(found, now);
    const { claim } = signed;
    if (claim.kind !== "attestation" || claim.predicateType !== predicateType) return null;
    const said = predicateTime(claim.predicate);
    const believed = said !== null && said.getTime() > now.getTime() + CLOCK_SKEW ? null : said;
    const time = signed.time ?? believed;
    const from = believed !== null && (time === null || believed < time) ? believed : time;
    return { authority, signed, predicate: claim.predicate, time, from };
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
}

function missing(
  { needed }: PreparedPolicy,
  count: number,
  predicateType: string,
  rejections: readonly Rejection[],
): PolicyVerdict {
  if (count > 0) return failed("attestation-missing", (say) => say.someReports(count, needed, predicateType));
  return failed(
    "attestation-missing",
    because((say) => say.noReport(predicateType), furthest(rejections)),
  );
}

function failed(reason: Extract<Obstacle, { state: "failed" }>["reason"], detail: Detail): PolicyVerdict {
  return { state: "failed", reason, detail };
}
