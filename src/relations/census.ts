import type { Standpoint } from "./keyed.ts";
import { upwards } from "./shelf.ts";
import type { RelationOptions } from "./terms/options.ts";

/** How many objects of a kind live where somebody looks for one: whether nothing fits although there are some. Plain data goes between threads. */
export class Census {
  readonly #options: RelationOptions;
  readonly #counts = new Map<string, number>();

  constructor(options: RelationOptions) {
    this.#options = options;
  }

  add(kind: string, { namespace, file, rendering }: Standpoint): void {
    const at = `${kind}\0${rendering}\0`;
    this.#raise(`${at}${namespace || ""}`, 1);
    if (rendering !== "") this.#raise(`${kind}\0*\0${namespace || ""}`, 1);
    if (namespace) return;
    const [directory = "", ...around] = upwards(file.slice(0, Math.max(0, file.lastIndexOf("/"))));
    this.#raise(`${at}\0in\0${directory}`, 1);
    for (const each of [directory, ...around]) this.#raise(`${at}\0below\0${each}`, 1);
  }

  /** Of those that surely live in the namespace that is looked in. */
  count(kind: string, from: Standpoint, namespace: string | null): number {
    const { defaultNamespace, namespaceGiven } = this.#options;
    const written = namespace ?? defaultNamespace;
    let count = 0;
    for (const set of from.rendering === "" ? ["", "*"] : [from.rendering, ""]) {
      const at = `${kind}\0${set}\0`;
      if (written !== "") count += this.#counts.get(at + written) ?? 0;
      if (written !== defaultNamespace) continue;
      const together = namespaceGiven || namespace !== null || (set !== "" && set === from.rendering);
      count += together ? (this.#counts.get(at) ?? 0) : this.#near(at, from.file);
    }
    return count;
  }

  /** For `merge` of another one. */
  content(): [string, number][] {
    return [...this.#counts];
  }

  merge(content: readonly (readonly [string, number])[]): void {
    for (const [key, count] of content) this.#raise(key, count);
  }

  #near(at: string, file: string): number {
    const [directory = "", ...around] = upwards(file.slice(0, Math.max(0, file.lastIndexOf("/"))));
    let count = this.#counts.get(`${at}\0below\0${directory}`) ?? 0;
    for (const each of around) count += this.#counts.get(`${at}\0in\0${each}`) ?? 0;
    return count;
  }

  #raise(key: string, by: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }
}
