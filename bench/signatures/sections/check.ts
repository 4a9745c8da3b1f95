import { mkdirSync, writeFileSync } from "node:fs";
import { Cosign } from "../../../tools/signatures/cosign.ts";
import { median, type Section } from "../../admission/section.ts";
import { runTimed, ToolFailedError } from "../../child.ts";
import type { Workbench } from "../../workbench.ts";
import type { World } from "../world.ts";

export interface CheckSectionOptions {
  readonly rounds: number;
  /** So many images cosign verifies, one call after the other; the time for all is extrapolated. */
  readonly calls: number;
}

/** A run of `check` over manifests with many images, beside cosign called for each. */
export async function check(world: World, bench: Workbench, { rounds, calls }: CheckSectionOptions): Promise<Section> {
  const folder = bench.path("signed");
  mkdirSync(folder);
  writeFileSync(bench.path("signed", ".paddlock.yaml"), world.configuration());
  for (const [n, image] of world.images.entries()) {
    writeFileSync(bench.path("signed", `pod-${n}.yaml`), podOf(`app-${n}`, world.named(image)));
  }
  const ours: number[] = [];
  for (let round = -1; round < rounds; round++) {
    // Any finding would be an image that is not verified.
    const command = bench.paddlock(["--rule", "signed-image", "--fail-on", "info"], folder);
    const { milliseconds } = runTimed(command);
    if (round >= 0) ours.push(milliseconds);
  }
  const count = world.images.length;
  const rows = [["paddlock check, all in one run", seconds(median(ours)), "", "1"]];
  const ratios: number[] = [];
  for (const version of [2, 3] as const) {
    const cosign = new Cosign(version, world.registry.folder, world.registry.env);
    const times: number[] = [];
    // The first call is for the caches of the system.
    for (const image of [world.images[0], ...world.images.slice(0, calls)]) {
      if (image === undefined) continue;
      const started = performance.now();
      const { status, output } = await cosign.verifies(world.named(image), world.keys);
      times.push(performance.now() - started);
      if (status !== 0) throw new ToolFailedError(output);
    }
    const each = median(times.slice(1));
    const ratio = (each * count) / median(ours);
    ratios.push(ratio);
    rows.push([`cosign ${version} verify, a call an image`, seconds(each * count), each.toFixed(0), ratio.toFixed(1)]);
  }
  const least = Math.min(...ratios);
  return {
    title: "Many images in one run",
    note:
      `${count} manifests with ${count} distinct images, by digest, signed with a key. Paddlock: the whole process, median ` +
      `of ${rounds} runs after one to warm up. cosign: the median of ${calls} calls, one after the other, times ${count}.`,
    heads: ["", `seconds for ${count}`, "ms a call", "times Paddlock's"],
    rows,
    targets: [
      { text: "at least 8 times faster than cosign called for each", measured: least.toFixed(1), met: least >= 8 },
    ],
  };
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
