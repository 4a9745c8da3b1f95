import { runBench } from "../admission/command.ts";
import { LoadGenerator } from "../admission/load.ts";
import { Workbench } from "../workbench.ts";
import { check } from "./sections/check.ts";
import { memory } from "./sections/memory.ts";
import { verdicts } from "./sections/verdicts.ts";
import { webhook } from "./sections/webhook.ts";
import { World } from "./world.ts";

/** The server's and the generator's. */
const [serverCore, loadCore] = [0, 1];

await runBench({
  name: "signatures",
  title: "Benchmark of the verification of images",
  folder: import.meta.dirname,
  tools: ["cosign2", "cosign3", "vegeta"],
  open: async (stage, quick) => {
    const bench = new Workbench();
    const world = await World.open(quick ? 60 : 200);
    const close = async (): Promise<void> => {
      await world.close();
      bench.remove();
    };
    return { scene: { world, stage, bench }, close };
  },
  sections: {
    verdicts: ({ world }, quick) => verdicts(world, { rounds: quick ? 2 : 10, lookups: quick ? 10_000 : 1_000_000 }),
    check: ({ world, bench }, quick) => check(world, bench, { rounds: quick ? 1 : 7, calls: quick ? 1 : 3 }),
    webhook: ({ world, stage }, quick) =>
      webhook(world, stage, new LoadGenerator(stage.group, loadCore), serverCore, {
        rounds: quick ? 1 : 5,
        seconds: quick ? 2 : 6,
        rateSeconds: quick ? 2 : 20,
        crowd: 500,
      }),
    memory: (_, quick) => memory({ images: quick ? 20_000 : 100_000, steps: 5 }),
  },
});
