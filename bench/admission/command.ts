import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ToolMissingError } from "../../tools/install.ts";
import { ToolFailedError } from "../child.ts";
import { machine } from "../machine.ts";
import { pinnedVersion } from "../peers.ts";
import { isBuilt } from "../workbench.ts";
import { markdown, type Results, textTable } from "./results.ts";
import type { Section } from "./section.ts";
import { Stage } from "./stage.ts";

/** A benchmark that stands in a folder of its own, with its results. */
export interface Bench<Scene> {
  /** `admission`: of `npm run bench:admission`. */
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  /** Whose versions count. */
  readonly tools: readonly string[];
  readonly sections: { readonly [name: string]: (scene: Scene, quick: boolean) => Promise<Section> };
  readonly open: (stage: Stage, quick: boolean) => Promise<{ readonly scene: Scene; close(): Promise<void> }>;
}

class UsageError extends Error {}

/** Takes the figures that the command line asks for, prints and keeps them; the exit status is that of the process. */
export async function runBench<Scene>(bench: Bench<Scene>): Promise<void> {
  try {
    await measure(bench);
  } catch (error) {
    const usageError = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    if (error instanceof ToolFailedError) process.exitCode = 1;
    else if (error instanceof ToolMissingError || error instanceof UsageError || usageError) process.exitCode = 2;
    else throw error;
    process.stderr.write(`${error.message}\n`);
  }
}

async function measure<Scene>(bench: Bench<Scene>): Promise<void> {
  const names = Object.keys(bench.sections);
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: names },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, only, write } = values;
  if (values.help) {
    process.stdout.write(usage(bench.name, names));
    return;
  }
  const whole = !quick && only.length === names.length;
  if (write && !whole) throw new UsageError("figures worth keeping need a whole run: --write alone");
  if (!isBuilt()) throw new UsageError("there is no build to measure: npm run build");
  const date = new Date().toISOString();
  const taken: Section[] = [];
  const stage = await Stage.open();
  try {
    const { scene, close } = await bench.open(stage, quick);
    try {
      const machineUsed = machine(stage.node);
      const { cpu, cores, node, load } = machineUsed;
      process.stdout.write(`${cores} cores of ${cpu}, Node ${node}, load ${load}\n`);
      for (const name of only) {
        const section = await bench.sections[name]?.(scene, quick);
        if (section === undefined) throw new UsageError(`there is no section "${name}"`);
        process.stdout.write(textTable(section));
        taken.push(section);
      }
      const versions = Object.fromEntries(bench.tools.map((name) => [name, pinnedVersion(name) ?? "unknown"]));
      keep(bench, { date, machine: machineUsed, versions, sections: taken }, write);
    } finally {
      await close();
    }
  } finally {
    await stage.close();
  }
}

function usage(name: string, sections: readonly string[]): string {
  return `npm run bench:${name} [-- OPTIONS]

  --quick       to see that it works: a second where a whole run takes ten
  --only NAME   one section: ${sections.join(", ")}; may be given several times
  --write       keep the figures in bench/${name}/results.json and RESULTS.md
`;
}

function keep(
  { name, title, folder }: Pick<Bench<unknown>, "name" | "title" | "folder">,
  results: Results,
  write: boolean,
): void {
  const json = `${JSON.stringify(results, null, 2)}\n`;
  const all = join(import.meta.dirname, "..", "results");
  mkdirSync(all, { recursive: true });
  writeFileSync(join(all, `${name}-${results.date.slice(0, 19).replaceAll(":", "-")}.json`), json);
  if (!write) return;
  writeFileSync(join(folder, "results.json"), json);
  writeFileSync(join(folder, "RESULTS.md"), markdown(results, { script: `bench:${name}`, title }));
}
