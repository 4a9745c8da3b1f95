import { rmSync } from "node:fs";
import { runWatched } from "../child.ts";
import { type Failing, writeCorpus } from "../corpus.ts";
import { writeRelations } from "../relations-corpus.ts";
import { compare, type Figures } from "../rounds.ts";
import { rowOf, type Section, type Targets } from "../section.ts";
import { expectDocuments } from "../verify.ts";
import type { Workbench } from "../workbench.ts";

/** Time and memory as documents grow tenfold; the ratio is the time to that of the size before. */
export async function growth(
  bench: Workbench,
  failing: Failing,
  sizes: readonly number[],
  rounds: number,
): Promise<Section> {
  const rows = [];
  let before: Figures | undefined;
  for (const size of sizes) {
    const folder = bench.path(`growth-${failing}-${size}`);
    writeCorpus(folder, size, failing);
    const figures = await measured(bench, folder, size, size > 10_000 ? 1 : rounds);
    rmSync(folder, { recursive: true });
    const ratio = before === undefined ? Number.NaN : figures.median / before.median;
    const targets: Targets = {
      ...(before === undefined ? {} : { ratio: 10 }),
      ...(size === 100_000 && failing === "tenth" ? { megabytes: 600 } : {}),
    };
    rows.push(rowOf({ ...figures, ratio, name: `${size.toLocaleString("en")} documents` }, targets));
    before = figures;
  }
  return {
    title: `Growth, ${failing === "tenth" ? "one document in ten" : "all"} failing`,
    note: "paddlock, JSON out. The ratio is the time to that of a tenth of the documents.",
    rows,
  };
}

/** Who selects whom: twice the workloads and policies must not take four times as long. */
export async function relations(bench: Workbench, rounds: number): Promise<Section> {
  const sizes = [5_000, 10_000];
  const contenders = sizes.map((workloads) => {
    const folder = bench.path(`relations-${workloads}`);
    const written = writeRelations(folder, workloads);
    const name = `${workloads.toLocaleString("en")} workloads, ${(workloads / 2).toLocaleString("en")} policies`;
    return { name, run: () => judged(bench, folder, written) };
  });
  const [half, whole] = await compare(contenders, rounds, { warm: true });
  return {
    title: "Relations",
    note:
      "paddlock, all in one namespace, every policy selects two workloads. Ratio to half as many of both; " +
      "n log n would be 2.1, a product of both sizes 4.",
    rows: [half, whole].flatMap((each, at) =>
      each === undefined ? [] : [rowOf(each, at === 1 ? { ratio: 2.2 } : {})],
    ),
  };
}

async function measured(bench: Workbench, folder: string, written: number, rounds: number): Promise<Figures> {
  const run = (): ReturnType<typeof judged> => judged(bench, folder, written);
  const [figures] = await compare([{ name: folder, run }], rounds, { warm: rounds > 1 });
  if (figures === undefined) throw new Error("no figures");
  return figures;
}

async function judged(bench: Workbench, folder: string, written: number): ReturnType<typeof runWatched> {
  const run = await runWatched(bench.paddlock(["--format", "json", "."], folder));
  return expectDocuments(run, bench.path("stdout"), "start", "documents", written);
}
