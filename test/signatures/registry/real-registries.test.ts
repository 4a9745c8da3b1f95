import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { dockerConfigFile } from "../../../src/registry/credential-files.ts";
import { type CredentialSource, noCredentials } from "../../../src/registry/credentials.ts";
import { layersOf } from "../../../src/registry/manifest.ts";
import { RegistryClient } from "../../../src/registry/registry-client.ts";
import { imageReference } from "../../../src/registry/repository.ts";
import { crane, pushArtifact, pushImage, pushIndex } from "../../../tools/registry/images.ts";
import { type Registry, type RegistryOptions, startRegistry } from "../../../tools/registry/registry.ts";
import { USER } from "../../../tools/registry/token-server.ts";
import { errorOf } from "../../registry/fake-registry.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SBOM = "application/spdx+json";

/** A registry that ends with the test. */
async function started(options: RegistryOptions): Promise<Registry> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  return registry;
}

const variants: readonly RegistryOptions[] = (["docker", "referrers"] as const).flatMap((kind) => [
  { kind, auth: "none" },
  { kind, tls: true, auth: "basic" },
  { kind, tls: true, auth: "bearer" },
]);

describe.each(variants)("a real registry: $kind, TLS $tls, authentication $auth", (options) => {
  let registry: Registry;
  let credentials: CredentialSource;
  let image = "";

  beforeAll(async () => {
    registry = await startRegistry(options);
    credentials = dockerConfigFile(registry.dockerConfig);
    image = await pushImage(registry, "team/app:1.0");
  });
  afterAll(() => registry?.stop());

  function client(source: CredentialSource = credentials): RegistryClient {
    const made = new RegistryClient({ registries: [registry.settings], credentials: source });
    onTestFinished(() => made.close());
    return made;
  }
  const repository = () => ({ host: registry.host, path: "team/app" });

  /** Pushes artefacts that refer to an image of their own; its digest. */
  async function signed(name: string, artifactTypes: readonly string[]): Promise<string> {
    const digest = await pushImage(registry, `team/app:${name}`, randomBytes(8).toString("hex"));
    const { bytes, mediaType } = await client().manifest(repository(), digest);
    for (const [n, artifactType] of artifactTypes.entries()) {
      const layers = [{ mediaType: artifactType, bytes: Buffer.from(`${name} ${n}`), annotations: { n: String(n) } }];
      const subject = { digest, size: bytes.length, mediaType };
      await pushArtifact(registry, `team/app:${name}-${n}`, { artifactType, subject, layers });
    }
    return digest;
  }

  it("resolves what crane resolves", async () => {
    const reference = imageReference(`${registry.host}/team/app:1.0`);
    if (typeof reference === "string") throw new Error(reference);
    const { digest } = await client().resolve(reference);
    expect(digest).toBe(image);
    expect(digest).toBe(await crane(registry, ["digest", `${registry.host}/team/app:1.0`]));
  });

  it("reads the manifest and every layer that crane reads", async () => {
    const own = client();
    const manifest = await own.manifest(repository(), image);
    expect(new TextDecoder().decode(manifest.bytes).trim()).toBe(
      await crane(registry, ["manifest", `${registry.host}/team/app@${image}`]),
    );
    const layers = layersOf(manifest, { host: registry.host });
    expect(layers).toHaveLength(1);
    for (const layer of layers) {
      const bytes = await own.blob(repository(), layer);
      expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(layer.digest);
    }
  });

  it("reads an index, and the images in it", async () => {
    const other = await pushImage(registry, "team/app:other", "another");
    const digest = await pushIndex(registry, "team/app:multi", [`team/app@${image}`, `team/app@${other}`]);
    const index = await client().manifest(repository(), "multi");
    expect(index.digest).toBe(digest);
    expect(JSON.stringify(index.json)).toContain(other);
  });

  it("says that a tag, a digest, a blob, a repository is not there", async () => {
    const own = client();
    const nowhere = `sha256:${"0".repeat(64)}`;
    for (const call of [
      () => own.manifest(repository(), "gone"),
      () => own.manifest(repository(), nowhere),
      () => own.resolve({ repository: repository(), tag: "gone", digest: null }),
      () => own.blob(repository(), { digest: nowhere, size: 1 }),
      () => own.manifest({ ...repository(), path: "no/where" }, "1.0"),
    ]) {
      expect(await errorOf(call())).toMatchObject({ kind: "not-found", host: registry.host });
    }
    expect(await own.referrers(repository(), nowhere)).toEqual([]);
    expect(await own.referrers({ ...repository(), path: "no/where" }, nowhere)).toEqual([]);
  });

  it("lists referrers, by the API or by the tag that crane writes", async () => {
    const digest = await signed("signed", [SIGNATURE, SBOM, SIGNATURE]);
    const own = client();
    const found = await own.referrers(repository(), digest);
    expect(found).toHaveLength(3);
    // This one registry tells the type of the configuration for the artefact's own: a filter finds nothing there.
    const told = options.kind === "docker" ? [SBOM] : [];
    expect((await own.referrers(repository(), digest, SBOM)).map((each) => each.artifactType)).toEqual(told);
    for (const descriptor of found) {
      const manifest = await own.manifest(repository(), descriptor.digest);
      const [layer] = layersOf(manifest, { host: registry.host });
      if (layer === undefined) throw new Error("no layer");
      expect(new TextDecoder().decode(await own.blob(repository(), layer))).toMatch(/^signed [012]$/);
      expect(manifest.mediaType).toBe(MANIFEST);
    }
    const tag = await own.manifest(repository(), digest.replace(":", "-")).catch(() => null);
    expect(tag === null).toBe(options.kind === "referrers");
  });

  it.runIf(options.auth !== "none")("does not let in without credentials, or with others", async () => {
    const wrong = Buffer.from(`${USER.username}:wrong`).toString("base64");
    const file = join(registry.folder, "wrong.json");
    writeFileSync(file, JSON.stringify({ auths: { [registry.host]: { auth: wrong } } }));
    for (const source of [noCredentials, dockerConfigFile(file)]) {
      const error = await errorOf(client(source).manifest(repository(), "1.0"));
      expect(error.kind).toBe("unauthorized");
      expect(error.message).not.toContain(wrong);
    }
  });

  it.runIf(options.auth === "bearer")("changes an identity token for an access token", async () => {
    const file = join(registry.folder, "identity.json");
    writeFileSync(file, JSON.stringify({ auths: { [registry.host]: { identitytoken: USER.refreshToken } } }));
    expect((await client(dockerConfigFile(file)).manifest(repository(), "1.0")).digest).toBe(image);
  });

  it.runIf(options.tls === true)("does not trust it by the system's authorities", async () => {
    const { ca: _, ...settings } = registry.settings;
    const stranger = new RegistryClient({ registries: [settings], credentials });
    onTestFinished(() => stranger.close());
    expect((await errorOf(stranger.manifest(repository(), "1.0"))).kind).toBe("refused");
  });

  it("answers many at once, with few connections", async () => {
    const own = client();
    const digests = await Promise.all(Array.from({ length: 100 }, () => own.manifest(repository(), "1.0")));
    expect(new Set(digests.map(({ digest }) => digest))).toEqual(new Set([image]));
  });

  it.runIf(options.kind === "referrers" && options.auth === "none")("refuses more than 50 referrers", async () => {
    const digest = await signed("popular", Array(51).fill(SIGNATURE));
    expect((await errorOf(client().referrers(repository(), digest))).kind).toBe("too-many");
  });
});

describe("a pull-through cache before a real registry", () => {
  it("serves images, and leaves the referrers, which it does not know, to the registry", async () => {
    const registry = await started({ kind: "referrers" });
    const cache = await started({ kind: "docker", cacheOf: registry });
    const digest = await pushImage(registry, "team/app:1.0");
    const own = new RegistryClient({
      registries: [{ ...registry.settings, mirrors: [cache.host] }, cache.settings],
      credentials: noCredentials,
    });
    onTestFinished(() => own.close());
    const repository = { host: registry.host, path: "team/app" };
    const { bytes, mediaType } = await own.manifest(repository, "1.0");
    await pushArtifact(registry, "team/app:signature", {
      artifactType: SIGNATURE,
      subject: { digest, size: bytes.length, mediaType },
      layers: [{ mediaType: SIGNATURE, bytes: Buffer.from("a signature") }],
    });
    expect(await own.referrers(repository, digest)).toHaveLength(1);
    // What was fetched through the cache is there when the registry is not.
    await registry.stop();
    expect((await own.manifest(repository, digest)).digest).toBe(digest);
    expect((await errorOf(own.manifest(repository, "never-fetched"))).kind).toBe("refused");
  });
});
