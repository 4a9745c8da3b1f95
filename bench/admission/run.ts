import { runBench } from "./command.ts";
import { LoadGenerator } from "./load.ts";
import { apiServer } from "./sections/api-server.ts";
import { clusterSize } from "./sections/cluster-size.ts";
import { fuzzing } from "./sections/fuzzing.ts";
import { hostile } from "./sections/hostile.ts";
import { mixed } from "./sections/mixed.ts";
import { throughput } from "./sections/throughput.ts";

/** The server's and the generator's. */
const [serverCore, loadCore] = [0, 1];

await runBench({
  name: "admission",
  title: "Benchmark of the webhook",
  folder: import.meta.dirname,
  tools: ["opa", "vegeta"],
  open: async (stage) => ({ scene: stage, close: async () => {} }),
  sections: {
    throughput: (stage, quick) =>
      throughput(stage, new LoadGenerator(stage.group, loadCore), serverCore, {
        rounds: quick ? 1 : 7,
        seconds: quick ? 2 : 8,
        rateSeconds: quick ? 2 : 20,
        soak: quick ? 2_000 : 200_000,
      }),
    mixed: (stage, quick) =>
      mixed(stage, new LoadGenerator(stage.group, null), { rounds: quick ? 1 : 3, seconds: quick ? 4 : 30 }),
    "cluster-size": (stage, quick) =>
      clusterSize(stage, new LoadGenerator(stage.group, loadCore), serverCore, {
        policies: quick ? 500 : 5_000,
        claims: quick ? 1_000 : 10_000,
        services: quick ? 1_000 : 10_000,
        rounds: quick ? 1 : 5,
        seconds: quick ? 2 : 6,
      }),
    "api-server": (_, quick) => apiServer({ creates: quick ? 50 : 2_000 }),
    hostile: (_, quick) => hostile({ rounds: quick ? 1 : 5 }),
    fuzz: (stage, quick) => fuzzing(stage, { reviews: quick ? 1_000 : 20_000, seed: 1 }),
  },
});
