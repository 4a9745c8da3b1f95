import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ToolMissingError } from "../tools/install.ts";
import { ToolFailedError } from "./child.ts";
import { machine } from "./machine.ts";
import { type Peer, peers, pinnedVersion, yardstick } from "./peers.ts";
import { markdown, type Results, textTable } from "./results.ts";
import type { Section } from "./section.ts";
import { companions, growth, relations } from "./sections/growth.ts";
import { scan } from "./sections/scan.ts";
import { oneFile, oneFileOfMany } from "./sections/start.ts";
import { isBuilt, Workbench } from "./workbench.ts";

const usage = `npm run bench [-- OPTIONS]

  --quick   within a minute: fewer runs, no slow peers on many documents, at most 10,000 documents
  --write   keep the figures in bench/results.json and bench/RESULTS.md
`;

/** What a run measures, in order. Each section is measured when it is asked for. */
function* plan(
  bench: Workbench,
  quick: boolean,
  parse: Peer,
  others: readonly Peer[],
): Generator<() => Promise<Section>> {
  yield () => oneFile(bench, [parse, ...others], quick ? 11 : 31);
  yield () => oneFileOfMany(bench, quick ? 9 : 31);
  const rounds = quick ? 3 : 9;
  const slow = { slow: quick ? [] : others, slowRounds: 1 };
  yield () => scan(bench, parse, { mix: "services", failing: "tenth", rounds, ...slow });
  yield () => scan(bench, parse, { mix: "services", failing: "all", rounds, ...slow });
  yield () => scan(bench, parse, { mix: "workloads", failing: "tenth", rounds: quick ? 2 : rounds, ...slow });
  if (!quick) yield () => scan(bench, parse, { mix: "workloads", failing: "all", rounds, ...slow });
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  yield () => growth(bench, "tenth", sizes, quick ? 1 : 3);
  if (!quick) yield () => growth(bench, "all", sizes, 3);
  yield () => relations(bench, quick ? 1 : 5);
  yield () => companions(bench, quick ? 1 : 5);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: "boolean" }, write: { type: "boolean" }, help: { type: "boolean" } },
  });
  const { quick = false, write = false } = values;
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  if (quick && write) throw new UsageError("figures worth keeping need a whole run: --write without --quick");
  if (!isBuilt()) throw new UsageError("there is no build to measure: npm run build");

  const date = new Date().toISOString();
  const [parse, others] = [yardstick(), peers()];
  const bench = new Workbench();
  try {
    const sections: Section[] = [];
    const machineUsed = machine(bench.node);
    const { cpu, cores, node, load } = machineUsed;
    process.stdout.write(`${cores} cores of ${cpu}, Node ${node}, load ${load}\n`);
    for (const measure of plan(bench, quick, parse, others)) {
      const section = await measure();
      process.stdout.write(textTable(section));
      sections.push(section);
    }
    keep({ date, quick, machine: machineUsed, versions: versions(), sections }, write);
  } finally {
    bench.remove();
  }
}

function keep(results: Results, write: boolean): void {
  const json = `${JSON.stringify(results, null, 2)}\n`;
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${results.date.slice(0, 19).replaceAll(":", "-")}.json`), json);
  if (!write) return;
  writeFileSync(join(import.meta.dirname, "results.json"), json);
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), markdown(results));
}

function versions(): Record<string, string> {
  const names = ["kubeconform", "kube-score", "conftest"];
  return Object.fromEntries(names.map((name) => [name, pinnedVersion(name) ?? "unknown"]));
}

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  if (error instanceof ToolFailedError) process.exitCode = 1;
  else if (error instanceof ToolMissingError || error instanceof UsageError) process.exitCode = 2;
  else if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    process.exitCode = 2;
  } else throw error;
  process.stderr.write(`${error.message}\n`);
}
