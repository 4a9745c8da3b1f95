import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SignaturePolicy } from "../../src/config/signatures.ts";
import type { JsonObject } from "../../src/json/value.ts";
import type { SignatureFact } from "../../src/signatures/terms/signature-fact.ts";
import { VULNERABILITIES } from "../../tools/signatures/world.ts";
import { ours } from "./cases.ts";
import {
  cosignSign,
  envelope,
  HOST,
  keyBundle,
  keyOf,
  newSigner,
  policyOf,
  type Signer,
  verifierOf,
} from "./hand-made.ts";
import { MemoryRegistry } from "./memory-registry.ts";
import { recordedWorld } from "./recorded-registry.ts";

const ASSERTION = join(import.meta.dirname, "../../fixtures/assertion/assert.tar.gz");
const NOW = new Date("2026-11-25T00:00:00Z");
const signer = newSigner();
const other = newSigner();
const stranger = newSigner();

function scan(finished: string | null, ...vulnerabilities: string[]): JsonObject {
  const metadata = finished === null ? {} : { scanStartedOn: finished, scanFinishedOn: finished };
  return { scanner: { result: { vulnerabilities } }, metadata };
}

/** Of a signed image with these reports. */
async function judge(
  reports: readonly (readonly [Signer, JsonObject])[],
  changed: { maxAge?: number; policy?: Partial<SignaturePolicy>; now?: Date } = {},
): Promise<SignatureFact> {
  const { maxAge, policy = {}, now = NOW } = changed;
  const registry = new MemoryRegistry();
  const digest = registry.image("team/app", "1");
  cosignSign(registry, "team/app", digest, signer, other);
  for (const [by, predicate] of reports) {
    const layers = [keyBundle(envelope(by, digest, VULNERABILITIES, predicate))];
    registry.artifact("team/app", { subject: digest, layers });
  }
  const attestations = [
    { predicateType: VULNERABILITIES, assert: ASSERTION, ...(maxAge === undefined ? {} : { maxAge }) },
  ];
  const policies = [policyOf([keyOf(signer), keyOf(other)], { attestations, ...policy })];
  return (await verifierOf(registry, policies, { now: () => now })).verify(`${HOST}/team/app:1`);
}

const OLD = "2026-11-01T00:00:00Z";
const NEW = "2026-11-20T00:00:00Z";
const DAY = 86_400;

describe("reports about an image", () => {
  it("must be there, signed by an authority of the policy", async () => {
    expect(await judge([])).toMatchObject({ state: "failed", reason: "attestation-missing" });
    expect(await judge([[stranger, scan(NEW)]])).toMatchObject({ state: "failed", reason: "attestation-missing" });
    expect(await judge([[signer, scan(NEW)]])).toMatchObject({ state: "verified" });
  });

  it("count by their signed time: an old clean one is nothing beside a new bad one, in whatever order", async () => {
    const clean = [signer, scan(OLD)] as const;
    const bad = [other, scan(NEW, "CVE-2026-0001")] as const;
    for (const reports of [
      [clean, bad],
      [bad, clean],
    ] as const) {
      const fact = await judge(reports);
      expect(fact).toMatchObject({ state: "failed", reason: "attestation-rejected", action: "deny" });
      expect(fact.detail).toContain("CVE-2026-0001 is not mended");
    }
    const mended = [signer, scan("2026-11-21T00:00:00Z")] as const;
    expect(await judge([clean, bad, mended])).toMatchObject({ state: "verified" });
  });

  it("that name no time, or one to come, might be the newest", async () => {
    const clean = [signer, scan(NEW)] as const;
    expect(await judge([clean, [signer, scan(null, "CVE-2026-0001")]])).toMatchObject({
      reason: "attestation-rejected",
    });
    const future = [signer, scan("2036-01-01T00:00:00Z")] as const;
    const bad = [signer, scan(NEW, "CVE-2026-0001")] as const;
    expect(await judge([future, bad])).toMatchObject({ reason: "attestation-rejected" });
  });

  it("must be young enough, and stop to count when they are not", async () => {
    expect(await judge([[signer, scan(NEW)]], { maxAge: 6 * DAY })).toMatchObject({ state: "verified" });
    expect(await judge([[signer, scan(NEW)]], { maxAge: 4 * DAY })).toMatchObject({ reason: "attestation-too-old" });
    expect(await judge([[signer, scan(null)]], { maxAge: 4 * DAY })).toMatchObject({ reason: "attestation-too-old" });
  });

  it("are of the wanted type, as the signed content says, and not the manifest's annotation", async () => {
    const registry = new MemoryRegistry();
    const digest = registry.image("team/app", "1");
    cosignSign(registry, "team/app", digest, signer);
    for (const annotations of [{}, { "dev.sigstore.bundle.predicateType": VULNERABILITIES }]) {
      const layers = [keyBundle(envelope(signer, digest, "https://slsa.dev/provenance/v1", scan(NEW)))];
      registry.artifact("team/app", { subject: digest, layers, annotations });
    }
    const attestations = [{ predicateType: VULNERABILITIES }];
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)], { attestations })]);
    expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ reason: "attestation-missing" });
  });

  it("under the tag are read one by one: a broken one, or one with two signatures, hides no other", async () => {
    const registry = new MemoryRegistry();
    const digest = registry.image("team/app", "1");
    cosignSign(registry, "team/app", digest, signer);
    const whole = envelope(signer, digest, VULNERABILITIES, scan(NEW));
    const [signature = null] = whole.signatures as readonly JsonObject[];
    const layerOf = (content: string) => ({
      mediaType: "application/vnd.dsse.envelope.v1+json",
      content: Buffer.from(content),
    });
    const odd = ["", "[]", "{}", JSON.stringify({ ...whole, signatures: [signature, signature] })].map(layerOf);
    const tag = `${digest.replace(":", "-")}.att`;
    const attestations = [{ predicateType: VULNERABILITIES }];
    const policies = [policyOf([keyOf(signer)], { attestations })];
    registry.artifact("team/app", { tag, layers: odd });
    const image = `${HOST}/team/app:1`;
    expect(await (await verifierOf(registry, policies)).verify(image)).toMatchObject({ reason: "attestation-missing" });
    registry.artifact("team/app", { tag, layers: [...odd, layerOf(JSON.stringify(whole))] });
    expect(await (await verifierOf(registry, policies)).verify(image)).toMatchObject({ state: "verified" });
  });

  it("leave it open where one cannot be read, which may be the newest", async () => {
    const registry = new MemoryRegistry();
    const digest = registry.image("team/app", "1");
    cosignSign(registry, "team/app", digest, signer);
    const contents = [scan(OLD), scan(NEW, "CVE-2026-0001")].map((predicate) => {
      const layer = keyBundle(envelope(signer, digest, VULNERABILITIES, predicate));
      registry.artifact("team/app", { subject: digest, layers: [layer] });
      return registry.putBlob(layer.content).digest;
    });
    registry.refusals.set(`blob team/app ${contents[1]}`, "server");
    const attestations = [{ predicateType: VULNERABILITIES, assert: ASSERTION }];
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)], { attestations })]);
    expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "unknown", reason: "server" });
  });

  it("must be by as many authorities as must sign", async () => {
    const policy = { require: "all" } as const;
    expect(await judge([[signer, scan(NEW)]], { policy })).toMatchObject({ reason: "attestation-missing" });
    expect(
      await judge(
        [
          [signer, scan(NEW)],
          [other, scan(NEW)],
        ],
        { policy },
      ),
    ).toMatchObject({ state: "verified" });
  });

  it("are judged by the assertion with the bundle's own data, and never passed by one that fails", async () => {
    expect(await judge([[signer, scan(NEW, "CVE-2026-0000")]])).toMatchObject({ state: "verified" });
    const fact = await judge([
      [signer, { scanner: { result: { vulnerabilities: "none" } }, metadata: { scanFinishedOn: NEW } }],
    ]);
    expect(fact).toMatchObject({ reason: "attestation-rejected" });
    expect(fact.detail).toContain("no list of vulnerabilities");
  });
});

describe.each(["referrers", "docker"] as const)("reports by real cosign (%s)", (kind) => {
  const { registry, host, materials } = recordedWorld(kind);
  it.each([2, 3])("of version %i: the newest counts, though an older one was pushed last", async (version) => {
    const attestations = [{ predicateType: VULNERABILITIES, assert: ASSERTION }];
    const policies = [policyOf(ours(materials), { images: [`${host}/**`], attestations })];
    const verifier = await verifierOf(registry, policies);
    const { fact, signatures } = await verifier.inspect(`${host}/team/clean-${version}:1`);
    expect(fact).toMatchObject({ state: "verified" });
    expect(signatures.map((each) => [each.kind, each.predicateType])).toEqual([
      ["signature", null],
      ["attestation", VULNERABILITIES],
    ]);
    expect(await verifier.verify(`${host}/team/worse-${version}:1`)).toMatchObject({ reason: "attestation-rejected" });
  });
});
