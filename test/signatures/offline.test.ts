import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { policyOf, verifierOf } from "./hand-made.ts";
import { recordedWorld } from "./recorded-registry.ts";

describe.each(["referrers", "docker"] as const)("what real tools left in a registry (%s)", (kind) => {
  const { registry, host, made, materials, digest } = recordedWorld(kind);

  it.each(CASES.map((each) => [`${each.what} (${each.image})`, each] as const))("%s", async (_, each) => {
    const policies = [policyOf([], { images: [`${host}/**`], ...each.policy(materials) })];
    const verifier = await verifierOf(registry, policies, { now: () => new Date(made.getTime() + 60_000) });
    const [name, member] = each.image.split("@");
    const image = member === undefined ? each.image : `${name}@${digest(`${name}:${member}`)}`;
    const { fact, signatures } = await verifier.inspect(`${host}/${image}`);
    expect({ state: fact.state, reason: fact.reason, detail: fact.detail }).toMatchObject({
      state: each.state,
      reason: each.reason ?? null,
    });
    if (each.state === "verified") expect(signatures.every((signature) => signature.digest === fact.digest)).toBe(true);
  });
});
