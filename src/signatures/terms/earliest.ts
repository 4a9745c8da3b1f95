/** Null, among them and of all, means never. */
export function earliest(dates: readonly (Date | null)[]): Date | null {
  const known = dates.filter((date) => date !== null);
  return known.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
