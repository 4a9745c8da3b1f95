import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RegistryClient } from "../../../src/registry/registry-client.ts";
import { pushImage } from "../../../tools/registry/images.ts";
import { makeSignedWorld, type SignedWorld } from "../../../tools/signatures/world.ts";
import { CASES, ours } from "../cases.ts";
import { clientOf, fullName, verifierFor } from "./world.ts";

describe.each(["referrers", "docker"] as const)("images that real tools sign in a real registry (%s)", (kind) => {
  let world: SignedWorld;
  let client: RegistryClient;
  beforeAll(async () => {
    world = await makeSignedWorld(kind);
    client = clientOf(world);
    // One of the signatures counts for a second.
    await sleep(1_500);
  });
  afterAll(async () => {
    await client?.close();
    await world?.close();
  });

  it.each(CASES.map((each) => [`${each.what} (${each.image})`, each] as const))("%s", async (_, each) => {
    const verifier = await verifierFor(world, client, each.policy);
    const { fact, signatures } = await verifier.inspect(fullName(world, each.image));
    expect({ state: fact.state, reason: fact.reason, detail: fact.detail }).toMatchObject({
      state: each.state,
      reason: each.reason ?? null,
    });
    expect(signatures.length > 0).toBe(each.state === "verified");
  });

  it("a tag that moves to an unsigned image after it was verified", async () => {
    const policy = (materials: string) => ({ authorities: ours(materials) });
    const { cosign, keys, registry } = world;
    const digest = await pushImage(registry, "team/moving:1", "first");
    await cosign[3].sign(`${registry.host}/team/moving@${digest}`, keys.ours);
    const verifier = await verifierFor(world, client, policy);
    const image = `${registry.host}/team/moving:1`;
    expect(await verifier.verify(image)).toMatchObject({ state: "verified", digest });
    const moved = await pushImage(registry, "team/moving:1", "second");
    await expect
      .poll(() => verifier.verify(image), { timeout: 20_000 })
      .toMatchObject({
        state: "failed",
        reason: "unsigned",
        digest: moved,
      });
    expect(await verifier.verify(`${registry.host}/team/moving@${digest}`)).toMatchObject({ state: "verified" });
  });
});
