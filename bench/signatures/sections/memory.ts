import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ImageVerifier } from "../../../src/signatures/image-verifier.ts";
import { type Section, whole } from "../../admission/section.ts";
import { ToolFailedError } from "../../child.ts";
import { EndlessRegistry } from "../endless-registry.ts";

export interface MemoryOptions {
  readonly images: number;
  readonly steps: number;
}

const atOnce = 16;

/** What a verifier holds on to after more and more distinct images, in this process. */
export async function memory({ images, steps }: MemoryOptions): Promise<Section> {
  const registry = new EndlessRegistry();
  const verifier = await ImageVerifier.prepare({
    registry,
    language: "en",
    settings: {
      noMatch: "deny",
      onError: "deny",
      policies: [
        {
          name: "bench",
          images: ["registry.example.com/**"],
          exclude: [],
          require: "any",
          formats: ["cosign", "bundle", "notation"],
          authorities: [{ type: "key", key: { inline: registry.publicKey } }],
          attestations: [],
        },
      ],
    },
  });
  const collect = garbageCollector();
  const left = Array.from({ length: images }, (_, n) => n).values();
  const rows: string[][] = [];
  const heaps: number[] = [];
  for (let step = 1; step <= steps; step++) {
    let remaining = Math.round(images / steps);
    const lane = async (): Promise<void> => {
      while (remaining-- > 0) {
        const { value: n } = left.next();
        const { state, detail } = await verifier.verify(`registry.example.com/ml/app-${n}:1`);
        if (state !== "verified") throw new ToolFailedError(`image ${n} is ${state}: ${detail}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    heaps.push(heapUsed);
    rows.push([whole((images / steps) * step), megabytes(heapUsed), megabytes(rss)]);
  }
  await verifier.close();
  const [first = Number.NaN, last = Number.NaN] = [heaps[0], heaps.at(-1)];
  return {
    title: "Memory",
    note:
      `${whole(images)} distinct images by tag, in as many repositories, each signed with a key and verified, in a registry ` +
      "without a network that keeps nothing; the heap after a collection.",
    heads: ["images", "heap MB", "process MB"],
    rows,
    targets: [
      {
        text: `flat: no more than a tenth above that after the first ${whole(images / steps)}`,
        measured: `${megabytes(first)} → ${megabytes(last)} MB`,
        met: last <= first * 1.1,
      },
    ],
  };
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new ToolFailedError("this Node has no collector to call");
  return () => void collect();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
