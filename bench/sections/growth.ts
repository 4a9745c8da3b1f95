import { type Run, runWatched } from "../child.ts";
import { type Failing, writeCorpus } from "../corpus.ts";
import { writeCompanions, writeRelations } from "../relations-corpus.ts";
import { type Contender, compare } from "../rounds.ts";
import { rowOf, type Section } from "../section.ts";
import { expectDocuments } from "../verify.ts";
import type { Workbench } from "../workbench.ts";

/** Time and memory as documents grow tenfold; the ratio is the time to that of the size before. */
export async function growth(
  bench: Workbench,
  failing: Failing,
  sizes: readonly number[],
  rounds: number,
): Promise<Section> {
  const contenders = sizes.map((size): Contender => {
    const folder = bench.path(`growth-${failing}-${size}`);
    const written = writeCorpus(folder, size, failing);
    const name = `${size.toLocaleString("en")} documents`;
    return { name, run: () => judged(bench, folder, written), ...(size > 10_000 ? { atMost: 2 } : {}) };
  });
  const all = await compare(contenders, rounds, { warm: rounds > 1 });
  return {
    title: `Growth, ${failing === "tenth" ? "one document in ten" : "all"} failing`,
    note: "paddlock, JSON out. The ratio is the median to that of a tenth of the documents.",
    rows: all.map((figures, at) => {
      const before = all[at - 1];
      const memory = sizes[at] === 100_000 && failing === "tenth" ? { megabytes: 600 } : {};
      if (before === undefined) return rowOf({ ...figures, ratio: Number.NaN }, memory);
      return rowOf({ ...figures, ratio: figures.median / before.median }, { ratio: 10, ...memory });
    }),
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

/** What belongs to workloads, beside them: they are asked about, and nothing else is done twice. */
export async function companions(bench: Workbench, rounds: number): Promise<Section> {
  const contenders = [0, 2_000].map((count) => {
    const folder = bench.path(`companions-${count}`);
    const written = writeCompanions(folder, 10_000, count);
    const name = `10,000 workloads${count === 0 ? "" : `, ${count.toLocaleString("en")} of their companions`}`;
    return { name, run: () => judged(bench, folder, written) };
  });
  const [alone, whole] = await compare(contenders, rounds, { warm: true });
  return {
    title: "Companions",
    note: "paddlock; autoscalers, disruption budgets and service monitors, all in one namespace. Ratio to the workloads alone.",
    rows: [alone, whole].flatMap((each, at) =>
      each === undefined ? [] : [rowOf(each, at === 1 ? { ratio: 1.25, megabytes: 250 } : {})],
    ),
  };
}

async function judged(bench: Workbench, folder: string, written: number): Promise<Run> {
  const run = await runWatched(bench.paddlock(["--format", "json", "."], folder));
  return expectDocuments(run, bench.path("stdout"), "start", "documents", written);
}
