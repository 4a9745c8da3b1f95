import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "../../tools/signatures/recording.ts";
import { MemoryRegistry } from "./memory-registry.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/signatures");

/** What a real registry held when real tools had signed its images. */
export function recordedWorld(kind: "docker" | "referrers"): {
  readonly registry: MemoryRegistry;
  readonly host: string;
  readonly made: Date;
  readonly materials: string;
  readonly digest: (image: string) => string;
} {
  const materials = join(FIXTURES, kind);
  const recording: Recording = JSON.parse(readFileSync(join(materials, "registry.json"), "utf8"));
  const registry = new MemoryRegistry();
  const digests = new Map<string, string>();
  for (const [name, { tags, manifests, blobs }] of Object.entries(recording.repositories)) {
    for (const { text, mediaType } of Object.values(manifests)) registry.putBytes(name, Buffer.from(text), mediaType);
    for (const content of Object.values(blobs)) registry.putBlob(Buffer.from(content, "base64"));
    for (const [tag, digest] of Object.entries(tags)) {
      registry.tag(name, tag, digest);
      digests.set(`${name}:${tag}`, digest);
    }
  }
  return {
    registry,
    host: recording.host,
    made: new Date(recording.made),
    materials,
    digest: (image) => digests.get(image) ?? "",
  };
}
