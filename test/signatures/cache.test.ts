import { describe, expect, it } from "vitest";
import type { CredentialSource } from "../../src/registry/credentials.ts";
import { CACHE_LIMITS, VerdictCache } from "../../src/signatures/verdict-cache.ts";
import { VULNERABILITIES } from "../../tools/signatures/world.ts";
import { cosignSign, envelope, HOST, keyBundle, keyOf, newSigner, policyOf, verifierOf } from "./hand-made.ts";
import { MemoryRegistry } from "./memory-registry.ts";

const signer = newSigner();
const stranger = newSigner();
const IMAGE = `${HOST}/team/app:1`;

function signed(by = signer): { registry: MemoryRegistry; digest: string } {
  const registry = new MemoryRegistry();
  const digest = registry.image("team/app", "1");
  cosignSign(registry, "team/app", digest, by);
  return { registry, digest };
}

/** Milliseconds that a test moves by hand; none is 0, which the cache's library takes for no time. */
function newClock(): { now: () => number; advance: (milliseconds: number) => void } {
  let time = 1_000;
  const advance = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { now: () => time, advance };
}

describe("verdicts", () => {
  it("are kept by digest: an hour for a pass, by whatever name it is asked", async () => {
    const { registry, digest } = signed();
    registry.tag("team/app", "2", digest);
    const clock = newClock();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], {
      cache: new VerdictCache({}, clock.now),
    });
    const byDigest = `${HOST}/team/app@${digest}`;
    expect(verifier.cached(byDigest)).toBeUndefined();
    await verifier.verify(IMAGE);
    const { length } = registry.asked;
    expect(await verifier.verify(byDigest)).toMatchObject({ state: "verified" });
    expect(verifier.cached(byDigest)).toMatchObject({ state: "verified", digest });
    expect(registry.asked.length).toBe(length);
    await verifier.verify(`${HOST}/team/app:2`);
    expect(registry.asked.slice(length)).toEqual(["resolve team/app 2"]);
    clock.advance(CACHE_LIMITS.passTime - 1);
    expect(verifier.cached(byDigest)).toMatchObject({ state: "verified" });
    clock.advance(2);
    expect(verifier.cached(byDigest)).toBeUndefined();
  });

  it("are kept for half a minute where they are a failure", async () => {
    const { registry, digest } = signed(stranger);
    const clock = newClock();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], {
      cache: new VerdictCache({}, clock.now),
    });
    const image = `${HOST}/team/app@${digest}`;
    expect(await verifier.verify(image)).toMatchObject({ reason: "wrong-key" });
    cosignSign(registry, "team/app", digest, signer);
    clock.advance(CACHE_LIMITS.failTime - 1);
    expect(await verifier.verify(image)).toMatchObject({ reason: "wrong-key" });
    clock.advance(2);
    expect(await verifier.verify(image)).toMatchObject({ state: "verified" });
  });

  it("are not kept where nobody could tell, or the registry refused", async () => {
    for (const kind of ["timeout", "server", "unauthorized", "forbidden", "digest-mismatch"] as const) {
      const { registry, digest } = signed();
      const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
      const image = `${HOST}/team/app@${digest}`;
      registry.refusals.set("manifest", kind);
      expect(await verifier.verify(image)).toMatchObject({ reason: kind });
      expect(verifier.cached(image)).toBeUndefined();
      registry.refusals.clear();
      expect(await verifier.verify(image)).toMatchObject({ state: "verified" });
    }
  });

  it("are kept no longer than the reports that they rest on are young enough", async () => {
    const { registry, digest } = signed();
    const made = { metadata: { scanFinishedOn: "2026-11-20T00:00:00Z" } };
    const layers = [keyBundle(envelope(signer, digest, VULNERABILITIES, made))];
    registry.artifact("team/app", { subject: digest, layers });
    const clock = newClock();
    const attestations = [{ predicateType: VULNERABILITIES, maxAge: 86_400 }];
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)], { attestations })], {
      cache: new VerdictCache({}, clock.now),
      now: () => new Date("2026-11-20T23:50:00Z"),
    });
    const image = `${HOST}/team/app@${digest}`;
    expect(await verifier.verify(image)).toMatchObject({ state: "verified" });
    clock.advance(599_000);
    expect(verifier.cached(image)).toMatchObject({ state: "verified" });
    clock.advance(2_000);
    expect(verifier.cached(image)).toBeUndefined();
  });

  it("follow a tag that moves", async () => {
    const { registry, digest } = signed();
    const clock = newClock();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], {
      cache: new VerdictCache({}, clock.now),
    });
    expect(await verifier.verify(IMAGE)).toMatchObject({ state: "verified", digest });
    const moved = registry.image("team/app", "1", "other");
    clock.advance(CACHE_LIMITS.tagTime + 1);
    expect(verifier.cached(IMAGE)).toBeUndefined();
    expect(await verifier.verify(IMAGE)).toMatchObject({ state: "failed", reason: "unsigned", digest: moved });
  });

  it("hold for the same policies of another verifier, and for no others", async () => {
    const { registry, digest } = signed();
    const cache = new VerdictCache();
    const first = await verifierOf(registry, [policyOf([keyOf(signer)])], { cache });
    await first.verify(IMAGE);
    const { length } = registry.asked;
    const again = await verifierOf(registry, [policyOf([keyOf(signer)])], { cache });
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(await again.verify(`${HOST}/team/app@${digest}`)).toMatchObject({ state: "verified" });
    expect(registry.asked.length).toBe(length);
    // Its registries may have told it another digest.
    await again.verify(IMAGE);
    expect(registry.asked.slice(length)).toEqual(["resolve team/app 1"]);
    const other = await verifierOf(registry, [policyOf([keyOf(stranger)])], { cache });
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(await other.verify(IMAGE)).toMatchObject({ state: "failed", reason: "wrong-key" });
  });

  it("of failures belong to those whose credentials saw them", async () => {
    const { registry, digest } = signed(stranger);
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    const image = `${HOST}/team/app@${digest}`;
    const credentials: CredentialSource = { find: async () => ({ kind: "anonymous" }) };
    await verifier.verify(image);
    expect(verifier.cached(image)).toMatchObject({ state: "failed" });
    expect(verifier.cached(image, { credentials })).toBeUndefined();
  });

  it("of failures are no other verifier's, which may see another registry", async () => {
    const { registry, digest } = signed(stranger);
    const cache = new VerdictCache();
    const image = `${HOST}/team/app@${digest}`;
    const credentials: CredentialSource = { find: async () => ({ kind: "anonymous" }) };
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], { cache });
    const other = await verifierOf(registry, [policyOf([keyOf(signer)])], { cache });
    for (const options of [{}, { credentials }]) {
      await verifier.verify(image, options);
      expect(verifier.cached(image, options)).toMatchObject({ state: "failed" });
      expect(other.cached(image, options)).toBeUndefined();
    }
  });
});

describe("many at once", () => {
  it("ask once for an image that 500 want, and all get the answer", async () => {
    const { registry } = signed();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    let open = (): void => {};
    registry.gate = new Promise((settle) => {
      open = settle;
    });
    const all = Promise.all(Array.from({ length: 500 }, () => verifier.verify(IMAGE)));
    open();
    const states = new Set((await all).map(({ state }) => state));
    expect([...states]).toEqual(["verified"]);
    expect(registry.asked.filter((call) => call.startsWith("resolve"))).toHaveLength(1);
    expect(registry.asked).toHaveLength(3);
  });

  it("leave the others waiting when one gives up", async () => {
    const { registry } = signed();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    let open = (): void => {};
    registry.gate = new Promise((settle) => {
      open = settle;
    });
    const hasty = new AbortController();
    const one = verifier.verify(IMAGE, { signal: hasty.signal });
    const other = verifier.verify(IMAGE);
    hasty.abort();
    expect(await one).toMatchObject({ state: "unknown", reason: "timeout", action: "deny" });
    open();
    expect(await other).toMatchObject({ state: "verified" });
    expect(await verifier.verify(IMAGE, { signal: AbortSignal.abort() })).toMatchObject({ state: "verified" });
  });

  it("are not begun for who gave up before", async () => {
    const { registry } = signed();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    const late = await verifier.verify(IMAGE, { signal: AbortSignal.abort() });
    expect(late).toMatchObject({ state: "unknown", reason: "timeout", action: "deny" });
    expect(registry.asked).toEqual([]);
  });

  it("end at the deadline, and when the verifier is closed", async () => {
    const { registry } = signed();
    registry.gate = new Promise(() => {});
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], { deadline: 20 });
    expect(await verifier.verify(IMAGE)).toMatchObject({ state: "unknown", reason: "timeout" });
    const patient = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    const waiting = patient.verify(IMAGE);
    await patient.close();
    expect(await waiting).toMatchObject({ state: "unknown", reason: "timeout" });
  });

  it("of different names keep no more than the cache holds", async () => {
    const cache = new VerdictCache({ entries: 100 });
    const verifier = await verifierOf(new MemoryRegistry(), [policyOf([keyOf(signer)])], { cache });
    const hex = (index: number): string => index.toString(16).padStart(64, "0");
    for (let index = 0; index < 5_000; index += 500) {
      const names = Array.from({ length: 500 }, (_, at) => `${HOST}/team/app@sha256:${hex(index + at)}`);
      for (const { reason } of await Promise.all(names.map((name) => verifier.verify(name)))) {
        expect(reason).toBe("unsigned");
      }
    }
    expect(cache.size).toBe(100);
  });
});

describe("offline", () => {
  it("answers from the cache, or says that it cannot tell", async () => {
    const { registry, digest } = signed();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], { onError: "allow" });
    const image = `${HOST}/team/app@${digest}`;
    expect(await verifier.verify(image, { offline: true })).toMatchObject({
      state: "unknown",
      reason: "offline",
      action: "allow",
    });
    expect(registry.asked).toEqual([]);
    await verifier.verify(image);
    expect(await verifier.verify(image, { offline: true })).toMatchObject({ state: "verified" });
  });
});
