import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crane, pushImage, pushIndex } from "../registry/images.ts";
import { type Registry, startRegistry } from "../registry/registry.ts";
import type { Identity } from "./authorities.ts";
import { type AuthorityServer, serveAuthorities } from "./authority-server.ts";
import { Cosign, type KeyFiles } from "./cosign.ts";
import { newNotationSigner, notationSign } from "./notation.ts";

export const CI: Identity = { issuer: "https://ci.example.com", subject: "https://ci.example.com/team/app@main" };
export const VULNERABILITIES = "https://cosign.sigstore.dev/attestation/vuln/v1";
export const SIGNER = "CN=builds,O=Example,C=CN";

/** Images in a registry, signed by real tools in every way that matters, and what verifies them. */
export interface SignedWorld {
  readonly registry: Registry;
  /** Where `ours.pub`, `theirs.pub`, `trusted-root.json`, `builds-ca.pem` and `other-ca.pem` are. */
  readonly materials: string;
  readonly keys: { readonly ours: KeyFiles; readonly theirs: KeyFiles };
  readonly cosign: { readonly 2: Cosign; readonly 3: Cosign };
  readonly authorities: AuthorityServer;
  /** By `team/app:1`: the digest that it had when it was pushed. */
  readonly digests: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** @param kind `docker`: without the referrers API, so that bundles are found by the fallback tag */
export async function makeSignedWorld(kind: "docker" | "referrers"): Promise<SignedWorld> {
  const [registry, authorities] = await Promise.all([startRegistry({ kind }), serveAuthorities()]);
  const folder = mkdtempSync(join(registry.folder, "signing-"));
  const materials = join(folder, "materials");
  mkdirSync(materials);
  const cosign = { 2: new Cosign(2, folder, registry.env), 3: new Cosign(3, folder, registry.env) };
  const keys = { ours: await cosign[2].newKeys("ours"), theirs: await cosign[3].newKeys("theirs") };
  const digests = new Map<string, string>();
  const world: SignedWorld = {
    registry,
    materials,
    keys,
    cosign,
    authorities,
    digests,
    async close() {
      await Promise.all([registry.stop(), authorities.close()]);
    },
  };
  copyFileSync(keys.ours.publicKey, join(materials, "ours.pub"));
  copyFileSync(keys.theirs.publicKey, join(materials, "theirs.pub"));
  const root = authorities.authorities.trustedRoot({ timestamps: false });
  writeFileSync(join(materials, "trusted-root.json"), `${JSON.stringify(root, null, 2)}\n`);
  try {
    await signByKeys(world, digests);
    await attest(world, digests, folder);
    await signKeyless(world, digests);
    await signByNotation(world, digests, folder);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function push({ registry }: SignedWorld, digests: Map<string, string>, name: string): Promise<string> {
  const digest = await pushImage(registry, name);
  digests.set(name, digest);
  return `${registry.host}/${name.replace(/:.*/, "")}@${digest}`;
}

async function signByKeys(world: SignedWorld, digests: Map<string, string>): Promise<void> {
  const { registry, cosign, keys } = world;
  await push(world, digests, "team/unsigned:1");
  const two = await push(world, digests, "team/two:1");
  await cosign[2].sign(two, keys.ours);
  await cosign[3].sign(await push(world, digests, "team/three:1"), keys.ours);
  await cosign[2].sign(await push(world, digests, "team/theirs-two:1"), keys.theirs);
  await cosign[3].sign(await push(world, digests, "team/theirs-three:1"), keys.theirs);
  const both = await push(world, digests, "team/both:1");
  await cosign[2].sign(both, keys.ours);
  await cosign[3].sign(both, keys.theirs);

  // Signatures where they do not belong: of another digest, and of another repository.
  const tagOf = (digest: string): string => `${digest.replace(":", "-")}.sig`;
  const signature = `team/two:${tagOf(digests.get("team/two:1") ?? "")}`;
  await push(world, digests, "team/two:moved");
  await crane(registry, ["tag", `${registry.host}/${signature}`, tagOf(digests.get("team/two:moved") ?? "")]);
  await crane(registry, ["copy", `${registry.host}/team/two:1`, `${registry.host}/team/copied:1`]);
  await crane(registry, [
    "copy",
    `${registry.host}/${signature}`,
    `${registry.host}/team/copied:${tagOf(digests.get("team/two:1") ?? "")}`,
  ]);

  await push(world, digests, "team/index:member");
  digests.set("team/index:1", await pushIndex(registry, "team/index:1", ["team/index:member"]));
  await cosign[2].sign(`${registry.host}/team/index@${digests.get("team/index:1")}`, keys.ours);
}

async function attest(world: SignedWorld, digests: Map<string, string>, folder: string): Promise<void> {
  const { cosign, keys } = world;
  const report = (name: string, finished: string, vulnerabilities: readonly string[]): string => {
    const file = join(folder, `${name}.json`);
    const scanner = { uri: "pkg:tests/scanner", version: "1", db: {}, result: { vulnerabilities } };
    const metadata = { scanStartedOn: finished, scanFinishedOn: finished };
    writeFileSync(file, JSON.stringify({ invocation: {}, scanner, metadata }));
    return file;
  };
  const clean = report("clean", "2026-11-01T00:00:00Z", []);
  const bad = report("bad", "2026-11-20T00:00:00Z", ["CVE-2026-0001"]);
  for (const version of [2, 3] as const) {
    const only = await push(world, digests, `team/report-only-${version}:1`);
    await cosign[version].attest(only, keys.ours, "vuln", clean);
    const good = await push(world, digests, `team/clean-${version}:1`);
    await cosign[version].sign(good, keys.ours);
    await cosign[version].attest(good, keys.ours, "vuln", clean);
    const worse = await push(world, digests, `team/worse-${version}:1`);
    await cosign[version].sign(worse, keys.ours);
    // The newest first: what was pushed last is not what counts.
    await cosign[version].attest(worse, keys.ours, "vuln", bad);
    await cosign[version].attest(worse, keys.ours, "vuln", clean);
  }
}

async function signKeyless(world: SignedWorld, digests: Map<string, string>): Promise<void> {
  const { cosign, authorities } = world;
  for (const version of [2, 3] as const) {
    const ours = await push(world, digests, `team/ci-${version}:1`);
    await cosign[version].signKeyless(ours, CI, authorities);
    const other = await push(world, digests, `team/stranger-${version}:1`);
    await cosign[version].signKeyless(other, { ...CI, issuer: "https://other.example.com" }, authorities);
  }
}

async function signByNotation(world: SignedWorld, digests: Map<string, string>, folder: string): Promise<void> {
  const builds = await newNotationSigner(folder, "builds", SIGNER);
  const other = await newNotationSigner(folder, "other", SIGNER);
  for (const { ca } of [builds, other]) copyFileSync(ca, join(world.materials, ca.slice(folder.length + 1)));
  await notationSign(await push(world, digests, "team/notation:1"), builds);
  await notationSign(await push(world, digests, "team/notation-other:1"), other);
  await notationSign(await push(world, digests, "team/notation-expired:1"), builds, { expiry: "1s" });
  await notationSign(await push(world, digests, "team/notation-cose:1"), builds, { format: "cose" });
}
