const unitSeconds: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600 };

/** `90s`, `2m`, `1h` in seconds. The configuration's schema allows nothing else. */
export function seconds(duration: string): number {
  return Number.parseInt(duration, 10) * (unitSeconds[duration.slice(-1)] ?? 1);
}
