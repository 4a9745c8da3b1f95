import type { Run } from "./child.ts";

/** One of those compared in a section. */
export interface Contender {
  readonly name: string;
  readonly run: () => Run | Promise<Run>;
  /** At most so many runs, for what is slow: its ratio then comes of those rounds alone. */
  readonly atMost?: number;
}

/** What the runs of a contender took, in milliseconds. */
export interface Figures {
  readonly name: string;
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The median of the ratios to the base's run of the same round: what slows a round down slows both. */
  readonly ratio: number;
  readonly peakBytes: number | null;
}

/**
 * Runs contenders in turn, round after round, each second round in the reverse order, after one round that is thrown away
 * (`warm`). The first contender is the base of the ratios.
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  options: { readonly warm: boolean },
): Promise<Figures[]> {
  const taken = new Map<Contender, Map<number, Run>>(contenders.map((each) => [each, new Map()]));
  for (let round = options.warm ? -1 : 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      if (round >= (contender.atMost ?? rounds)) continue;
      if (round < 0 && contender.atMost !== undefined) continue;
      const run = await contender.run();
      if (round >= 0) taken.get(contender)?.set(round, run);
    }
  }
  const base = [...taken.values()][0] ?? new Map<number, Run>();
  return [...taken].map(([{ name }, runs]) => figuresOf(name, runs, base));
}

function figuresOf(name: string, runs: ReadonlyMap<number, Run>, base: ReadonlyMap<number, Run>): Figures {
  const times = [...runs.values()].map((run) => run.milliseconds);
  const ratios = [...runs].map(([round, run]) => run.milliseconds / (base.get(round)?.milliseconds ?? Number.NaN));
  const peaks = [...runs.values()].flatMap((run) => (run.peakBytes === null ? [] : [run.peakBytes]));
  return {
    name,
    runs: times.length,
    median: median(times),
    min: Math.min(...times),
    max: Math.max(...times),
    ratio: median(ratios),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

/** Of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
