import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Cosign } from "../../../tools/signatures/cosign.ts";
import { median, type Section } from "../../admission/section.ts";
import { runTimed, ToolFailedError } from "../../child.ts";
import type { Workbench } from "../../workbench.ts";
import type { SignedImage, World } from "../world.ts";

export interface CheckSectionOptions {
  readonly rounds: number;
  /** So many images cosign verifies in each round, one call after the other; the time for all is extrapolated. */
  readonly calls: number;
}

interface Peer {
  readonly cosign: Cosign;
  /** Of single calls. */
  readonly times: number[];
  /** For all images, in units of Paddlock's run of the same round. */
  readonly ratios: number[];
}

/** A run of `check` over manifests with many images, beside cosign called for each. */
export async function check(world: World, bench: Workbench, { rounds, calls }: CheckSectionOptions): Promise<Section> {
  const folder = bench.path("signed");
  mkdirSync(folder);
  writeFileSync(bench.path("signed", ".paddlock.yaml"), world.configuration());
  for (const [n, image] of world.images.entries()) {
    writeFileSync(bench.path("signed", `pod-${n}.yaml`), podOf(`app-${n}`, world.named(image)));
  }
  const count = world.images.length;
  const { folder: home, env } = world.registry;
  const peers = ([2, 3] as const).map((version): Peer => {
    return { cosign: new Cosign(version, home, env), times: [], ratios: [] };
  });
  const ours: number[] = [];
  let next = 0;
  for (let round = -1; round < rounds; round++) {
    const command = bench.paddlock(["--rule", "signed-image", "--format", "json"], folder);
    const { milliseconds } = runTimed(command);
    const { findings, skippedRules } = JSON.parse(readFileSync(command.stdout, "utf8"));
    if (findings.length + skippedRules.length > 0) throw new ToolFailedError("an image was not verified");
    if (round >= 0) ours.push(milliseconds);
    for (const { cosign, times, ratios } of peers) {
      const taken: number[] = [];
      for (let call = 0; call < calls; call++) {
        const image = world.images[next++ % count];
        if (image !== undefined) taken.push(await verified(cosign, world, image));
      }
      // The first round warms up.
      if (round < 0) continue;
      times.push(...taken);
      ratios.push((median(taken) * count) / milliseconds);
    }
  }
  const least = Math.min(...peers.map(({ ratios }) => median(ratios)));
  return {
    title: "Many images in one run",
    note:
      `${count} manifests with ${count} distinct images, by digest, signed with a key. Paddlock: the whole process, median ` +
      `of ${rounds} runs after one to warm up. cosign: ${calls} calls after each of them, one after the other; what ` +
      `${count} would take is extrapolated from their median.`,
    heads: ["", `seconds for ${count}`, "ms a call", "times Paddlock's"],
    rows: [
      ["paddlock check, all in one run", seconds(median(ours)), "", "1"],
      ...peers.map(({ cosign, times, ratios }) => [
        `cosign ${cosign.version} verify, a call an image`,
        seconds(median(times) * count),
        median(times).toFixed(0),
        median(ratios).toFixed(1),
      ]),
    ],
    targets: [
      { text: "at least 8 times faster than cosign called for each", measured: least.toFixed(1), met: least >= 8 },
    ],
  };
}

async function verified(cosign: Cosign, world: World, image: SignedImage): Promise<number> {
  const started = performance.now();
  const { status, output } = await cosign.verifies(world.named(image), world.keys);
  if (status !== 0) throw new ToolFailedError(output);
  return performance.now() - started;
}

function podOf(name: string, image: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: main, image: "${image}" }] }
`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
