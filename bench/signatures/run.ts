import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ToolMissingError } from "../../tools/install.ts";
import { LoadGenerator } from "../admission/load.ts";
import { markdown, type Results, textTable } from "../admission/results.ts";
import type { Section } from "../admission/section.ts";
import { Stage } from "../admission/stage.ts";
import { ToolFailedError } from "../child.ts";
import { machine } from "../machine.ts";
import { pinnedVersion } from "../peers.ts";
import { isBuilt, Workbench } from "../workbench.ts";
import { check } from "./sections/check.ts";
import { memory } from "./sections/memory.ts";
import { verdicts } from "./sections/verdicts.ts";
import { webhook } from "./sections/webhook.ts";
import { World } from "./world.ts";

const usage = `npm run bench:signatures [-- OPTIONS]

  --quick       to see that it works: a second where a whole run takes ten
  --only NAME   one section: verdicts, check, webhook, memory; may be given several times
  --write       keep the figures in bench/signatures/results.json and RESULTS.md
`;

/** The server's and the generator's. */
const [serverCore, loadCore] = [0, 1];

interface Scene {
  readonly world: World;
  readonly stage: Stage;
  readonly bench: Workbench;
}

type Measure = (scene: Scene, quick: boolean) => Promise<Section>;

const sections: { readonly [name: string]: Measure } = {
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
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: Object.keys(sections) },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, only, write } = values;
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const whole = !quick && only.length === Object.keys(sections).length;
  if (write && !whole) throw new UsageError("figures worth keeping need a whole run: --write alone");
  if (!isBuilt()) throw new UsageError("there is no build to measure: npm run build");
  const date = new Date().toISOString();
  const taken: Section[] = [];
  const bench = new Workbench();
  const stage = await Stage.open();
  const world = await World.open(quick ? 60 : 200);
  try {
    const machineUsed = machine(stage.node);
    const { cpu, cores, node, load } = machineUsed;
    process.stdout.write(`${cores} cores of ${cpu}, Node ${node}, load ${load}\n`);
    for (const name of only) {
      const measure = sections[name];
      if (measure === undefined) throw new UsageError(`there is no section "${name}"`);
      const section = await measure({ world, stage, bench }, quick);
      process.stdout.write(textTable(section));
      taken.push(section);
    }
    keep({ date, machine: machineUsed, versions: versions(), sections: taken }, write);
  } finally {
    await world.close();
    await stage.close();
    bench.remove();
  }
}

function keep(results: Results, write: boolean): void {
  const json = `${JSON.stringify(results, null, 2)}\n`;
  const folder = join(import.meta.dirname, "..", "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `signatures-${results.date.slice(0, 19).replaceAll(":", "-")}.json`), json);
  if (!write) return;
  writeFileSync(join(import.meta.dirname, "results.json"), json);
  const heading = { script: "bench:signatures", title: "Benchmark of the verification of images" };
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), markdown(results, heading));
}

function versions(): Record<string, string> {
  const names = ["cosign2", "cosign3", "vegeta"];
  return Object.fromEntries(names.map((name) => [name, pinnedVersion(name) ?? "unknown"]));
}

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  const usageError = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (error instanceof ToolFailedError) process.exitCode = 1;
  else if (error instanceof ToolMissingError || error instanceof UsageError || usageError) process.exitCode = 2;
  else throw error;
  process.stderr.write(`${error.message}\n`);
}
