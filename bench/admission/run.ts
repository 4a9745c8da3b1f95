import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ToolMissingError } from "../../tools/install.ts";
import { ToolFailedError } from "../child.ts";
import { machine } from "../machine.ts";
import { pinnedVersion } from "../peers.ts";
import { isBuilt } from "../workbench.ts";
import { LoadGenerator } from "./load.ts";
import { markdown, type Results, textTable } from "./results.ts";
import type { Section } from "./section.ts";
import { apiServer } from "./sections/api-server.ts";
import { clusterSize } from "./sections/cluster-size.ts";
import { fuzzing } from "./sections/fuzzing.ts";
import { hostile } from "./sections/hostile.ts";
import { mixed } from "./sections/mixed.ts";
import { throughput } from "./sections/throughput.ts";
import { Stage } from "./stage.ts";

const usage = `npm run bench:admission [-- OPTIONS]

  --quick       to see that it works: a second where a whole run takes ten
  --only NAME   one section: throughput, mixed, cluster-size, api-server, hostile, fuzz; may be given several times
  --write       keep the figures in bench/admission/results.json and RESULTS.md
`;

/** The server's and the generator's. */
const [serverCore, loadCore] = [0, 1];

type Measure = (stage: Stage, quick: boolean) => Promise<Section>;

const sections: { readonly [name: string]: Measure } = {
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
  const stage = await Stage.open();
  try {
    const machineUsed = machine(stage.node);
    const { cpu, cores, node, load } = machineUsed;
    process.stdout.write(`${cores} cores of ${cpu}, Node ${node}, load ${load}\n`);
    for (const name of only) {
      const measure = sections[name];
      if (measure === undefined) throw new UsageError(`there is no section "${name}"`);
      const section = await measure(stage, quick);
      process.stdout.write(textTable(section));
      taken.push(section);
    }
    keep({ date, machine: machineUsed, versions: versions(), sections: taken }, write);
  } finally {
    await stage.close();
  }
}

function keep(results: Results, write: boolean): void {
  const json = `${JSON.stringify(results, null, 2)}\n`;
  const folder = join(import.meta.dirname, "..", "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `admission-${results.date.slice(0, 19).replaceAll(":", "-")}.json`), json);
  if (!write) return;
  writeFileSync(join(import.meta.dirname, "results.json"), json);
  const heading = { script: "bench:admission", title: "Benchmark of the webhook" };
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), markdown(results, heading));
}

function versions(): Record<string, string> {
  const names = ["opa", "vegeta"];
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
