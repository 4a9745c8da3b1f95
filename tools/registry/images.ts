import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTar } from "nanotar";
import type { JsonObject } from "../../src/json/value.ts";
import { installedTool } from "../install.ts";
import type { Registry } from "./registry.ts";

const run = promisify(execFile);

/** Runs crane with the registry's credentials and authority; what it prints. */
export async function crane(registry: Registry, words: readonly string[]): Promise<string> {
  const flags = registry.ca === null ? ["--insecure"] : [];
  const env = { ...process.env, ...registry.env };
  const { stdout } = await run(installedTool("crane"), [...words, ...flags], { env, maxBuffer: 16 << 20 });
  return stdout.trim();
}

/** Makes an image of one layer, with a file that says `text`; its digest. `name` is `team/app:1.0`. */
export async function pushImage(registry: Registry, name: string, text: string = name): Promise<string> {
  const folder = mkdtempSync(join(registry.folder, "image-"));
  const layer = join(folder, "layer.tar");
  writeFileSync(layer, createTar([{ name: "hello.txt", data: text }]));
  const pushed = await crane(registry, ["append", "-f", layer, "-t", `${registry.host}/${name}`]);
  rmSync(folder, { recursive: true });
  return digestIn(pushed);
}

/** Makes an index of images that are there, by tag or digest; its digest. */
export async function pushIndex(registry: Registry, name: string, images: readonly string[]): Promise<string> {
  const members = images.flatMap((image) => ["-m", `${registry.host}/${image}`]);
  await crane(registry, ["index", "append", ...members, "-t", `${registry.host}/${name}`]);
  return crane(registry, ["digest", `${registry.host}/${name}`]);
}

export interface Artifact {
  readonly artifactType: string;
  /** Digest and size of the manifest that it refers to. */
  readonly subject?: { readonly digest: string; readonly size: number; readonly mediaType: string };
  readonly layers: readonly { readonly mediaType: string; readonly bytes: Buffer; readonly annotations?: JsonObject }[];
  readonly annotations?: JsonObject;
}

/** Pushes an artefact under a tag; its digest. Where the registry has no referrers API, crane writes the fallback tag. */
export async function pushArtifact(registry: Registry, name: string, artifact: Artifact): Promise<string> {
  const folder = mkdtempSync(join(registry.folder, "artifact-"));
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  const blob = (bytes: Buffer): { digest: string; size: number } => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(folder, "blobs", "sha256", hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const { artifactType, subject, annotations } = artifact;
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const layers = artifact.layers.map(({ bytes, ...layer }) => ({ ...layer, ...blob(bytes) }));
  const config = { mediaType: "application/vnd.oci.empty.v1+json", ...blob(Buffer.from("{}")) };
  const manifest = { schemaVersion: 2, mediaType, artifactType, config, layers, subject, annotations };
  const root = blob(Buffer.from(JSON.stringify(manifest)));
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, ...root }] }));
  await crane(registry, ["push", folder, `${registry.host}/${name}`]);
  rmSync(folder, { recursive: true });
  return root.digest;
}

function digestIn(printed: string): string {
  const digest = /sha256:[0-9a-f]{64}$/.exec(printed)?.[0];
  if (digest === undefined) throw new Error(`crane printed no digest: ${printed}`);
  return digest;
}
