import type { Figures } from "./rounds.ts";

/** A row of a table. Whether a target is met is said, never asserted: no machine is quiet enough for that. */
export interface Row {
  readonly name: string;
  readonly runs: number;
  /** Milliseconds. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly ratio: number | null;
  readonly targetRatio: number | null;
  /** The most memory held in any run, in MB of 10⁶ bytes. */
  readonly peakMegabytes: number | null;
  readonly targetMegabytes: number | null;
}

export interface Section {
  readonly title: string;
  /** What was done, what the ratio is to. */
  readonly note: string;
  readonly rows: readonly Row[];
}

export interface Targets {
  readonly ratio?: number;
  readonly megabytes?: number;
}

export function rowOf(figures: Figures, targets: Targets = {}): Row {
  const { name, runs, median, min, max, ratio, peakBytes } = figures;
  return {
    name,
    runs,
    median: rounded(median, 1),
    min: rounded(min, 1),
    max: rounded(max, 1),
    ratio: Number.isFinite(ratio) ? rounded(ratio, 2) : null,
    targetRatio: targets.ratio ?? null,
    peakMegabytes: peakBytes === null ? null : rounded(peakBytes / 1e6, 0),
    targetMegabytes: targets.megabytes ?? null,
  };
}

/** Rows whose targets are named by the row. */
export function rowsOf(figures: readonly Figures[], targets: Readonly<Record<string, Targets>>): Row[] {
  return figures.map((each) => rowOf(each, targets[each.name]));
}

function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
