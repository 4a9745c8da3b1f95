import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Authority } from "../../src/config/signatures.ts";
import { Authorities } from "../../tools/signatures/authorities.ts";
import { HOST, policyOf, verifierOf } from "./hand-made.ts";
import { CI, keylessBundle } from "./hand-made-keyless.ts";
import { MemoryRegistry } from "./memory-registry.ts";
import { serveTuf } from "./tuf-repository.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-tuf-"));
  vi.stubEnv("PADDLOCK_CACHE", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function authority(mirror: string, text: string): Authority {
  const root = join(folder, `${text.length}-root.json`);
  writeFileSync(root, text);
  const { issuer, subject } = CI;
  return {
    type: "keyless",
    issuer: { exact: issuer },
    subject: { exact: subject },
    trustedRoot: { tuf: { mirror, root } },
  };
}

it("a trusted root comes by TUF, and from the cache while its repository is down", async () => {
  const authorities = await Authorities.create();
  const { server, root } = await serveTuf(authorities.trustedRoot());
  const registry = new MemoryRegistry();
  const digest = registry.image("team/app", "1");
  registry.artifact("team/app", { subject: digest, layers: [await keylessBundle(authorities, CI, digest)] });
  try {
    const online = await verifierOf(registry, [policyOf([authority(server.url, root)])]);
    expect(await online.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified" });
    expect(server.asked).toContain("GET /timestamp.json");
  } finally {
    await server.close();
  }
  const offline = await verifierOf(registry, [policyOf([authority(server.url, root)])]);
  expect(await offline.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified" });
});

it("what another root signed is refused, whatever was there before", async () => {
  const authorities = await Authorities.create();
  const { server, root } = await serveTuf(authorities.trustedRoot());
  const stranger = await serveTuf(authorities.trustedRoot());
  try {
    await verifierOf(new MemoryRegistry(), [policyOf([authority(server.url, root)])]);
    // The file of the other root is to be another one.
    const other = `${stranger.root} `;
    await expect(verifierOf(new MemoryRegistry(), [policyOf([authority(server.url, other)])])).rejects.toThrow(
      `no trusted root can be had from ${server.url}`,
    );
  } finally {
    await Promise.all([server.close(), stranger.server.close()]);
  }
});
