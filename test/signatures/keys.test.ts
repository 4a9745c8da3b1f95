import { describe, expect, it } from "vitest";
import { bundleSign, cosignSign, HOST, keyOf, newSigner, policyOf, verifierOf } from "./hand-made.ts";
import { MemoryRegistry } from "./memory-registry.ts";

describe("keys", () => {
  it.each([
    ["P-256", "sha256"],
    ["P-384", "sha384"],
    ["P-384", "sha256"],
    ["P-521", "sha512"],
    ["P-521", "sha256"],
    ["RSA", "sha256"],
    ["Ed25519", undefined],
  ] as const)("verify signatures of %s with %s in both formats of cosign", async (kind, hash) => {
    const registry = new MemoryRegistry();
    const [signer, other] = [newSigner(kind, hash), newSigner(kind, hash)];
    cosignSign(registry, "team/old", registry.image("team/old", "1"), signer);
    bundleSign(registry, "team/new", registry.image("team/new", "1"), signer);
    const ours = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    const theirs = await verifierOf(registry, [policyOf([keyOf(other)])]);
    for (const image of [`${HOST}/team/old:1`, `${HOST}/team/new:1`]) {
      expect(await ours.verify(image)).toMatchObject({ state: "verified", reason: null, action: null });
      expect(await theirs.verify(image)).toMatchObject({ state: "failed", reason: "wrong-key", action: "deny" });
    }
  });
});
