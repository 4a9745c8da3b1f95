import { join } from "node:path";
import type { Authority, IdentityMatch, SignaturePolicy } from "../../src/config/signatures.ts";
import type { SignatureFact } from "../../src/signatures/terms/signature-fact.ts";
import { CI, SIGNER, VULNERABILITIES } from "../../tools/signatures/world.ts";

/** One image of the signed world, a policy, and what comes of them. */
export interface Case {
  readonly what: string;
  /** `team/app:1`; `team/index@member`: by the digest of that tag. */
  readonly image: string;
  readonly policy: (materials: string) => Partial<SignaturePolicy> & Pick<SignaturePolicy, "authorities">;
  readonly state: SignatureFact["state"];
  readonly reason?: SignatureFact["reason"];
}

type Authorities = (materials: string) => readonly Authority[];

export const ours: Authorities = (materials) => [{ type: "key", key: { file: join(materials, "ours.pub") } }];
export const theirs: Authorities = (materials) => [{ type: "key", key: { file: join(materials, "theirs.pub") } }];
const both: Authorities = (materials) => [...ours(materials), ...theirs(materials)];

export function identity(issuer: IdentityMatch, subject: IdentityMatch): Authorities {
  return (materials) => [
    { type: "keyless", issuer, subject, trustedRoot: { file: join(materials, "trusted-root.json") } },
  ];
}
const ci = identity({ exact: CI.issuer }, { exact: CI.subject });

function notation(ca: string, ...identities: string[]): Authorities {
  return (materials) => [{ type: "certificate", roots: { file: join(materials, `${ca}-ca.pem`) }, identities }];
}

function by(authorities: Authorities, changed: Partial<SignaturePolicy> = {}): Case["policy"] {
  return (materials) => ({ authorities: authorities(materials), ...changed });
}

function verified(what: string, image: string, policy: Case["policy"]): Case {
  return { what, image, policy, state: "verified" };
}

function failed(what: string, reason: SignatureFact["reason"], image: string, policy: Case["policy"]): Case {
  return { what, image, policy, state: "failed", reason };
}

const reports = (maxAge?: number): Partial<SignaturePolicy> => ({
  attestations: [{ predicateType: VULNERABILITIES, ...(maxAge === undefined ? {} : { maxAge }) }],
});
const YEARS = 10 * 365 * 86_400;

/** What real tools signed, and what each policy makes of it; the same for files and for registries that run. */
export const CASES: readonly Case[] = [
  failed("an unsigned image", "unsigned", "team/unsigned:1", by(ours)),
  failed("a tag that is not there", "tag-not-found", "team/unsigned:2", by(ours)),
  verified("a signature of cosign 2", "team/two:1", by(ours)),
  verified("a signature of cosign 3", "team/three:1", by(ours)),
  verified("one of the other key", "team/theirs-two:1", by(theirs)),
  failed("another key, by cosign 2", "wrong-key", "team/theirs-two:1", by(ours)),
  failed("another key, by cosign 3", "wrong-key", "team/theirs-three:1", by(ours)),
  verified("either of two keys", "team/three:1", by(both)),
  verified("both of two keys", "team/both:1", by(both, { require: "all" })),
  failed("one of two keys where both must sign", "not-enough-signatures", "team/two:1", by(both, { require: 2 })),
  failed("a format that the policy does not want", "unsigned", "team/two:1", by(ours, { formats: ["bundle"] })),
  failed("the other way round", "unsigned", "team/three:1", by(ours, { formats: ["cosign"] })),
  failed("the signature of another digest", "payload-mismatch", "team/two:moved", by(ours)),
  failed("the signature of another repository", "payload-mismatch", "team/copied:1", by(ours)),
  verified("an index", "team/index:1", by(ours)),
  failed("a member of a signed index", "unsigned", "team/index@member", by(ours)),
  failed("an attestation of cosign 2 in place of a signature", "unsigned", "team/report-only-2:1", by(ours)),
  failed("an attestation of cosign 3 in place of a signature", "unsigned", "team/report-only-3:1", by(ours)),
  ...[2, 3].flatMap((version): Case[] => [
    verified(`a clean report by cosign ${version}`, `team/clean-${version}:1`, by(ours, reports(YEARS))),
    failed("a report that is too old", "attestation-too-old", `team/clean-${version}:1`, by(ours, reports(60))),
    verified(`an identity by cosign ${version}`, `team/ci-${version}:1`, by(ci)),
    failed("another issuer", "wrong-identity", `team/stranger-${version}:1`, by(ci)),
    failed(
      "another subject",
      "wrong-identity",
      `team/ci-${version}:1`,
      by(identity({ exact: CI.issuer }, { exact: "https://ci.example.com/team/other@main" })),
    ),
    failed(
      "a pattern that is only a part",
      "wrong-identity",
      `team/ci-${version}:1`,
      by(identity({ pattern: "example" }, { pattern: "example" })),
    ),
    failed("an identity where a key must sign", "wrong-key", `team/ci-${version}:1`, by(ours)),
    failed(
      "a key where an identity must sign",
      "wrong-identity",
      ["team/two:1", "team/three:1"][version - 2] ?? "",
      by(ci),
    ),
  ]),
  failed("no report", "attestation-missing", "team/two:1", by(ours, reports())),
  failed("a report by somebody else", "wrong-key", "team/clean-2:1", by(theirs, reports())),
  verified("a signature of Notation", "team/notation:1", by(notation("builds", SIGNER))),
  verified("a part of the name", "team/notation:1", by(notation("builds", "CN=nobody", "O=Example"))),
  failed("another name", "wrong-identity", "team/notation:1", by(notation("builds", "CN=other,O=Example"))),
  failed("another authority", "wrong-identity", "team/notation-other:1", by(notation("builds", SIGNER))),
  failed(
    "a signature that has expired",
    "expired-certificate",
    "team/notation-expired:1",
    by(notation("builds", SIGNER)),
  ),
  {
    what: "a signature in COSE",
    image: "team/notation-cose:1",
    policy: by(notation("builds", SIGNER)),
    state: "unknown",
    reason: "unsupported-format",
  },
  failed("Notation where a key must sign", "unsigned", "team/notation:1", by(ours)),
];
