import { noCredentials } from "../../../src/registry/credentials.ts";
import { RegistryClient } from "../../../src/registry/registry-client.ts";
import { ImageVerifier } from "../../../src/signatures/image-verifier.ts";
import { median, percentile, type Section } from "../../admission/section.ts";
import { ToolFailedError } from "../../child.ts";
import { BareClient, callsOf, type HttpCall } from "../http-calls.ts";
import type { World } from "../world.ts";

export interface VerdictOptions {
  readonly rounds: number;
  /** Of cached verdicts. */
  readonly lookups: number;
}

/** One image after the other, in this process. */
export async function verdicts(world: World, { rounds, lookups }: VerdictOptions): Promise<Section> {
  const { registry } = world;
  const settings = world.settings();
  const client = new RegistryClient({ registries: [registry.settings], credentials: noCredentials });
  const bare = new BareClient(registry.url);
  const images = world.images.map((image) => world.named(image));
  const prepare = (): Promise<ImageVerifier> => ImageVerifier.prepare({ settings, registry: client, language: "en" });
  const verify = async (verifier: ImageVerifier, image: string): Promise<void> => {
    const { state, detail } = await verifier.verify(image);
    if (state !== "verified") throw new ToolFailedError(`${image} is ${state}: ${detail}`);
  };
  try {
    // Opens connections, lets the registry read its files once, and learns what is asked.
    await verify(await prepare(), images[0] ?? "");
    let verifier = await prepare();
    const calls: HttpCall[][] = [];
    for (const image of images) calls.push(await callsOf(() => verify(verifier, image)));
    for (const each of calls) await bare.replay(each);

    const [cold, floor, ratios]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      verifier = await prepare();
      for (const [at, image] of images.entries()) {
        const ours = (): Promise<number> => timed(() => verify(verifier, image));
        const least = (): Promise<number> => timed(() => bare.replay(calls[at] ?? []));
        let pair: [number, number];
        if ((at + round) % 2 === 0) pair = [await ours(), await least()];
        else {
          const first = await least();
          pair = [await ours(), first];
        }
        cold.push(pair[0]);
        floor.push(pair[1]);
        ratios.push(pair[0] / pair[1]);
      }
    }
    const known = await timed(async () => {
      for (let n = 0; n < lookups; n++) await verify(verifier, images[n % images.length] ?? "");
    });
    const sync = await timed(async () => {
      for (let n = 0; n < lookups; n++) verifier.cached(images[n % images.length] ?? "");
    });
    const perLookup = known / lookups;
    const ratio = median(cold) / median(floor);
    const shown = (values: readonly number[]): string[] => [
      median(values).toFixed(2),
      percentile(values, 90).toFixed(2),
    ];
    return {
      title: "One verdict",
      note:
        `${images.length} images by digest, each signed by cosign 2 with a P-256 key, in Debian's docker-registry over ` +
        `plain HTTP; ${calls[0]?.length ?? 0} requests an image. One after the other, ${rounds} rounds with nothing known of ` +
        "them and connections open; each in turn with the same requests by undici alone, on connections that are open too. " +
        `Known verdicts: ${lookups.toLocaleString("en")} lookups.`,
      heads: ["", "median ms", "p90 ms"],
      rows: [
        ["a verdict with nothing known", ...shown(cold)],
        ["its requests alone", ...shown(floor)],
        ["a known verdict, awaited", perLookup.toFixed(4), ""],
        ["a known verdict, at once", (sync / lookups).toFixed(4), ""],
      ],
      targets: [
        {
          text: "a known verdict: at most 0.05 ms",
          measured: `${perLookup.toFixed(4)} ms`,
          met: perLookup <= 0.05,
        },
        {
          text: "a verdict with nothing known: at most 1.3 times its requests alone",
          measured: `${ratio.toFixed(2)} (median of the pairs ${median(ratios).toFixed(2)})`,
          met: ratio <= 1.3,
        },
      ],
    };
  } finally {
    await bare.close();
    await client.close();
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
