/** What an entry takes beside its key, in bytes: a rough figure. */
const entryBytes = 256;

/**
 * Answers by a text that a stranger chose, kept so that the same is not worked out again: no more bytes of them than so
 * many, and none for a text that is longer than its format allows. When it is full it begins anew, for what is asked for
 * again and again is soon back.
 */
export class BoundedMemo<Value> {
  readonly #most: number;
  readonly #longest: number;
  readonly #known = new Map<string, Value>();
  #bytes = 0;

  /**
   * @param most bytes of all entries together
   * @param longest characters of a text
   */
  constructor(most: number, longest: number) {
    this.#most = most;
    this.#longest = longest;
  }

  get(text: string): Value | undefined {
    return text.length > this.#longest ? undefined : this.#known.get(text);
  }

  set(text: string, value: Value): void {
    if (text.length > this.#longest) return;
    const bytes = text.length * 2 + entryBytes;
    if (this.#bytes + bytes > this.#most) {
      this.#known.clear();
      this.#bytes = 0;
    }
    this.#known.set(text, value);
    this.#bytes += bytes;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#known.size;
  }
}
