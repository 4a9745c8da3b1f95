/** The last of items in ascending order of their lines that begins at a line or before it. */
export function lastBefore<Item>(
  items: readonly Item[],
  line: number,
  lineOf: (item: Item) => number,
): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && lineOf(item) <= line) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
