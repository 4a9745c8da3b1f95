/** What is asked of a figure. Whether it is met is said, never asserted: no machine is quiet enough for that. */
export interface Target {
  readonly text: string;
  /** What was measured, in the same words and unit. */
  readonly measured: string;
  readonly met: boolean;
}

/** A table with what was asked of it. */
export interface Section {
  readonly title: string;
  /** What was done. */
  readonly note: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly targets: readonly Target[];
}

/** Of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** With linear interpolation between the two that are nearest. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median, and the least and the greatest. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  if (values.length === 1) return show(values[0] ?? Number.NaN);
  return `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

export function milliseconds(value: number): string {
  return value < 1 ? value.toFixed(2) : value.toFixed(1);
}

export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
