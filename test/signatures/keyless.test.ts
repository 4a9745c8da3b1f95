import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Authority } from "../../src/config/signatures.ts";
import type { JsonObject } from "../../src/json/value.ts";
import type { SignatureFact } from "../../src/signatures/terms/signature-fact.ts";
import { Authorities, type Identity } from "../../tools/signatures/authorities.ts";
import { HOST, policyOf, simpleSigning, verifierOf } from "./hand-made.ts";
import { CI, keylessBundle, keylessLayer, keylessOf, type Proofs } from "./hand-made-keyless.ts";
import { MemoryRegistry } from "./memory-registry.ts";

const MINUTE = 60_000;
let folder: string;
let ours: Authorities;
let strangers: Authorities;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-keyless-"));
  ours = await Authorities.create();
  strangers = await Authorities.create();
});
afterAll(() => rmSync(folder, { recursive: true }));

function rootFile(root: JsonObject): string {
  const file = join(mkdtempSync(join(folder, "root-")), "trusted-root.json");
  writeFileSync(file, JSON.stringify(root));
  return file;
}

interface Case {
  readonly by?: Authorities;
  readonly identity?: Identity;
  readonly proofs?: Proofs;
  readonly authority?: (root: string) => Authority;
  readonly root?: Parameters<Authorities["trustedRoot"]>[0];
  readonly now?: Date;
}

/** Of one image signed in the format of cosign 2, and one in that of cosign 3: both must come to the same. */
async function judge({
  by = ours,
  identity = CI,
  proofs = {},
  authority = keylessOf,
  root = {},
  now = new Date(),
}: Case): Promise<Pick<SignatureFact, "state" | "reason" | "detail">> {
  const registry = new MemoryRegistry();
  const old = registry.image("team/old", "1");
  const layers = [await keylessLayer(by, identity, simpleSigning("team/old", old), proofs)];
  registry.artifact("team/old", { tag: `${old.replace(":", "-")}.sig`, layers });
  const fresh = registry.image("team/new", "1");
  registry.artifact("team/new", { subject: fresh, layers: [await keylessBundle(by, identity, fresh, proofs)] });
  const policies = [policyOf([authority(rootFile(ours.trustedRoot(root)))])];
  const verifier = await verifierOf(registry, policies, { now: () => now });
  const [one, other] = [await verifier.verify(`${HOST}/team/old:1`), await verifier.verify(`${HOST}/team/new:1`)];
  const { state, reason, detail } = one;
  expect({ state: other.state, reason: other.reason, detail: other.detail }).toEqual({ state, reason, detail });
  return { state, reason, detail };
}

const verified = { state: "verified", reason: null };
const failed = (reason: string): object => ({ state: "failed", reason });

describe("keyless signatures", () => {
  it("are verified by log, by timestamp, or by both, as the trusted root offers them", async () => {
    expect(await judge({})).toMatchObject(verified);
    expect(await judge({ proofs: { timestamp: false } })).toMatchObject(verified);
    expect(await judge({ proofs: { timestamp: false }, root: { timestamps: false } })).toMatchObject(verified);
    expect(await judge({ proofs: { log: false }, root: { logs: false } })).toMatchObject(verified);
    // What the root does not know does not matter.
    expect(await judge({ root: { timestamps: false } })).toMatchObject(verified);
    expect(await judge({ root: { logs: false } })).toMatchObject(verified);
  });

  it("are verified long after the certificate has expired, when it was valid at the proven time", async () => {
    expect(await judge({ now: new Date(Date.now() + 1000 * 24 * 60 * MINUTE) })).toMatchObject(verified);
  });

  it("fail with an expired certificate and nothing that proves the time", async () => {
    const now = new Date(Date.now() + 60 * MINUTE);
    expect(await judge({ proofs: { log: false, timestamp: false }, now })).toMatchObject(failed("expired-certificate"));
    expect(await judge({ proofs: { log: false, timestamp: false } })).toMatchObject(failed("log-entry-mismatch"));
    const root = { logs: false };
    expect(await judge({ proofs: { log: false, timestamp: false }, root })).toMatchObject(failed("no-timestamp"));
  });

  it("fail when the certificate was not valid at the proven time", async () => {
    const authorities = await ours.at(new Date(Date.now() + 60 * MINUTE));
    expect(await judge({ proofs: { authorities } })).toMatchObject(failed("expired-certificate"));
  });

  it("fail without a log entry where the trusted root has a log", async () => {
    expect(await judge({ proofs: { log: false } })).toMatchObject(failed("log-entry-mismatch"));
  });

  it("fail with the log entry of something else, or of another log", async () => {
    const loggedInstead = (entry: JsonObject): JsonObject =>
      JSON.parse(JSON.stringify(entry).replace(/"value":"[0-9a-f]{8}/, '"value":"00000000'));
    expect(await judge({ proofs: { loggedInstead } })).toMatchObject(failed("log-entry-mismatch"));
    expect(await judge({ proofs: { authorities: strangers, timestamp: false } })).toMatchObject(
      failed("log-entry-mismatch"),
    );
  });

  it("fail with a timestamp of another authority", async () => {
    const proofs = { authorities: strangers, log: false };
    expect(await judge({ proofs, root: { logs: false } })).toMatchObject(failed("no-timestamp"));
  });

  it("fail with a certificate of another authority", async () => {
    const proofs = { authorities: ours };
    expect(await judge({ by: strangers, proofs })).toMatchObject(failed("wrong-identity"));
  });

  it("fail with a certificate that is in no certificate transparency log", async () => {
    expect(await judge({ by: await ours.withoutCtLog() })).toMatchObject(failed("wrong-identity"));
  });

  it.each([
    ["the right subject by another issuer", { ...CI, issuer: "https://other.example.com" }],
    ["another subject by the right issuer", { ...CI, subject: "https://ci.example.com/team/other@main" }],
    ["a subject that only contains the right one", { ...CI, subject: `${CI.subject}.evil.example.com` }],
    ["a subject that only ends with it", { ...CI, subject: `https://evil.example.com/?${CI.subject}` }],
    ["an issuer that only begins with it", { ...CI, issuer: `${CI.issuer}.evil.example.com` }],
    // The eighth bit of each byte does not count for those who read names as ASCII.
    ["a subject that ASCII would take for it", { ...CI, subject: CI.subject.replace("team", "\u00f4eam") }],
  ])("fail with %s", async (_, identity) => {
    expect(await judge({ identity })).toMatchObject(failed("wrong-identity"));
  });

  it("match patterns against the whole identity", async () => {
    const authority = (subject: string, issuer = "https://ci\\.example\\.com") => ({
      authority: (file: string): Authority => ({
        type: "keyless",
        issuer: { pattern: issuer },
        subject: { pattern: subject },
        trustedRoot: { file },
      }),
    });
    expect(await judge(authority("https://ci\\.example\\.com/team/.*"))).toMatchObject(verified);
    expect(await judge(authority("example"))).toMatchObject(failed("wrong-identity"));
    expect(await judge(authority(".*", "example"))).toMatchObject(failed("wrong-identity"));
    // An alternative must not end the anchoring.
    expect(await judge(authority("https://ci|nobody"))).toMatchObject(failed("wrong-identity"));
    expect(await judge(authority("nobody|team/app@main"))).toMatchObject(failed("wrong-identity"));
  });
});
