/**
 * What waits: whose turn it is goes round, and each one's own come in the order of their arrival, so that whoever sends
 * much waits for himself.
 */
export class FairQueue<Item> {
  /** In the order of their turns; nobody is here with nothing. */
  readonly #waiting = new Map<string, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(whose: string, item: Item): void {
    const own = this.#waiting.get(whose);
    if (own === undefined) this.#waiting.set(whose, [item]);
    else own.push(item);
    this.#size++;
  }

  /** The next of those who may go; he goes to the end of the round. */
  shift(mayGo: (whose: string) => boolean): { readonly whose: string; readonly item: Item } | undefined {
    for (const [whose, own] of this.#waiting) {
      const [item, ...rest] = own;
      if (item === undefined || !mayGo(whose)) continue;
      this.#waiting.delete(whose);
      if (rest.length > 0) this.#waiting.set(whose, rest);
      this.#size--;
      return { whose, item };
    }
    return undefined;
  }

  /** Whether it was waiting. */
  remove(whose: string, item: Item): boolean {
    const own = this.#waiting.get(whose);
    const at = own?.indexOf(item) ?? -1;
    if (own === undefined || at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) this.#waiting.delete(whose);
    this.#size--;
    return true;
  }

  /** Takes out the last one of whoever has most waiting, where that is more than a newcomer would have then. */
  displace(newcomer: string): Item | undefined {
    let longest: Item[] = [];
    let whose = "";
    for (const [each, own] of this.#waiting) {
      if (own.length > longest.length) [whose, longest] = [each, own];
    }
    const last = longest.at(-1);
    if (last === undefined || longest.length <= (this.#waiting.get(newcomer)?.length ?? 0) + 1) return undefined;
    this.remove(whose, last);
    return last;
  }

  /** Takes out all. */
  drain(): Item[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#size = 0;
    return all;
  }
}
