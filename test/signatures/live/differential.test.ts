import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RegistryClient } from "../../../src/registry/registry-client.ts";
import type { Cosign } from "../../../tools/signatures/cosign.ts";
import { CI, makeSignedWorld, type SignedWorld } from "../../../tools/signatures/world.ts";
import { type Case, identity, ours, theirs } from "../cases.ts";
import { clientOf, fullName, verifierFor } from "./world.ts";

/** A policy, and how cosign is asked the same. */
interface Question {
  readonly name: string;
  readonly policy: Case["policy"];
  readonly words: (world: SignedWorld) => readonly string[];
}

const OTHER = "https://other.example.com";

function byKey(name: "ours" | "theirs"): Question {
  const authorities = name === "ours" ? ours : theirs;
  return {
    name,
    policy: (materials) => ({ authorities: authorities(materials) }),
    words: ({ keys }) => ["--key", keys[name].publicKey, "--insecure-ignore-tlog"],
  };
}

function byIdentity(name: string, issuer: string, subject: string): Question {
  return {
    name,
    policy: (materials) => ({ authorities: identity({ exact: issuer }, { exact: subject })(materials) }),
    words: (world) => ["--certificate-oidc-issuer", issuer, "--certificate-identity", subject, ...rootOf(world)],
  };
}

function byPattern(name: string, issuer: string, subject: string): Question {
  return {
    name,
    policy: (materials) => ({ authorities: identity({ pattern: issuer }, { pattern: subject })(materials) }),
    words: (world) => [
      ...["--certificate-oidc-issuer-regexp", issuer, "--certificate-identity-regexp", subject],
      ...rootOf(world),
    ],
  };
}

function rootOf({ materials }: SignedWorld): string[] {
  return ["--trusted-root", `${materials}/trusted-root.json`];
}

const QUESTIONS: readonly Question[] = [
  byKey("ours"),
  byKey("theirs"),
  byIdentity("ci", CI.issuer, CI.subject),
  byIdentity("ci by another issuer", OTHER, CI.subject),
  byIdentity("somebody else", CI.issuer, "https://ci.example.com/team/other@main"),
  byPattern("a pattern for the whole", "^https://(ci|other)\\.example\\.com$", "^https://ci\\.example\\.com/.*$"),
  byPattern("a pattern for a part", "example", "team/app"),
];

const IMAGES = [
  ...["team/unsigned:1", "team/two:1", "team/three:1", "team/theirs-two:1", "team/theirs-three:1", "team/both:1"],
  ...["team/two:moved", "team/copied:1", "team/index:1", "team/index@member"],
  ...["team/report-only-2:1", "team/report-only-3:1", "team/clean-2:1", "team/clean-3:1"],
  ...["team/ci-2:1", "team/ci-3:1", "team/stranger-2:1", "team/stranger-3:1", "team/notation:1"],
];

/** Where the verdicts differ, and why. */
const DIFFERENCES: readonly {
  readonly image: RegExp;
  readonly question: RegExp;
  readonly ours: boolean;
  readonly why: string;
}[] = [
  {
    image: /^team\/copied:1$/,
    question: /^ours$/,
    ours: false,
    why: "cosign does not read which repository a signature is for",
  },
  {
    image: /^team\/report-only-3:1$/,
    question: /^ours$/,
    ours: false,
    why: "cosign 3 takes any bundle that the key made for a signature, a report of vulnerabilities, too",
  },
  {
    image: /^team\/(?:ci|stranger)-[23]:1$/,
    question: /^a pattern for a part$/,
    ours: false,
    why: "cosign looks for a pattern anywhere in an identity, here it must match the whole",
  },
  {
    image: /^team\/both:1$/,
    question: /^ours$/,
    ours: true,
    why: "cosign leaves the signatures under the tag unread where there are bundles",
  },
];

describe("the verdicts of cosign", () => {
  let world: SignedWorld;
  let client: RegistryClient;
  beforeAll(async () => {
    world = await makeSignedWorld("referrers");
    client = clientOf(world);
  });
  afterAll(async () => {
    await client?.close();
    await world?.close();
  });

  /** Signatures under a tag are version 2's, bundles version 3's: an image is signed for cosign where one of both says so. */
  async function cosignSays(image: string, words: readonly string[]): Promise<boolean> {
    const ask = async (cosign: Cosign): Promise<boolean> =>
      (await cosign.attempt("verify", ...words, "--allow-http-registry", image)).status === 0;
    return (await ask(world.cosign[2])) || (await ask(world.cosign[3]));
  }

  const combinations = QUESTIONS.flatMap((question) =>
    IMAGES.map((image) => [question.name, image, question] as const),
  );

  it("are asked for in more than a hundred combinations", () => {
    expect(combinations.length).toBeGreaterThan(100);
  });

  it.each(combinations)("by %s, of %s", async (name, image, { policy, words }) => {
    const verifier = await verifierFor(world, client, policy);
    const { state } = await verifier.verify(fullName(world, image));
    const cosign = await cosignSays(fullName(world, image), words(world));
    const difference = DIFFERENCES.find((each) => each.image.test(image) && each.question.test(name));
    const [wanted, other] = difference === undefined ? [cosign, cosign] : [difference.ours, !difference.ours];
    expect({ ours: state === "verified", cosign }, difference?.why).toEqual({ ours: wanted, cosign: other });
  });
});
