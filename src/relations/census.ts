import type { Standpoint } from "./keyed.ts";
import { upwards } from "./shelf.ts";
import type { RelationOptions } from "./terms/options.ts";

/** More than these are not compared with a name that nobody has. */
const mostNames = 200;

/** Objects of a kind in one place: how many, and their names as far as they are kept. Plain data. */
export interface Residents {
  count: number;
  readonly names: Set<string>;
}

/** The objects of a kind that live where somebody looks for one, of which none fits. Plain data goes between threads. */
export class Census {
  readonly #options: RelationOptions;
  readonly #places = new Map<string, Residents>();

  constructor(options: RelationOptions) {
    this.#options = options;
  }

  add(kind: string, name: string, { namespace, file, rendering }: Standpoint): void {
    const at = `${kind}\0${rendering}\0`;
    const one = { count: 1, names: [name] };
    this.#settle(`${at}${namespace || ""}`, one);
    if (rendering !== "") this.#settle(`${kind}\0*\0${namespace || ""}`, one);
    if (namespace) return;
    const [directory = "", ...around] = upwards(file.slice(0, Math.max(0, file.lastIndexOf("/"))));
    this.#settle(`${at}\0in\0${directory}`, one);
    for (const each of [directory, ...around]) this.#settle(`${at}\0below\0${each}`, one);
  }

  /** The places in the namespace that is looked in, with those that surely live there. */
  residents(kind: string, from: Standpoint, namespace: string | null): readonly Residents[] {
    const { defaultNamespace, namespaceGiven } = this.#options;
    const written = namespace ?? defaultNamespace;
    const places: string[] = [];
    for (const set of from.rendering === "" ? ["", "*"] : [from.rendering, ""]) {
      const at = `${kind}\0${set}\0`;
      if (written !== "") places.push(at + written);
      if (written !== defaultNamespace) continue;
      const together = namespaceGiven || namespace !== null || (set !== "" && set === from.rendering);
      places.push(...(together ? [at] : near(at, from.file)));
    }
    return places.flatMap((place) => this.#places.get(place) ?? []);
  }

  /** For `merge` of another one. */
  content(): [string, Residents][] {
    return [...this.#places];
  }

  merge(content: readonly (readonly [string, Residents])[]): void {
    for (const [place, residents] of content) this.#settle(place, residents);
  }

  #settle(place: string, { count, names }: { readonly count: number; readonly names: Iterable<string> }): void {
    const known = this.#places.get(place);
    if (known === undefined) {
      this.#places.set(place, { count, names: new Set(names) });
      return;
    }
    known.count += count;
    for (const name of names) if (known.names.size <= mostNames) known.names.add(name);
  }
}

/** How many objects live in some places. */
export function countOf(places: readonly Residents[]): number {
  return places.reduce((sum, { count }) => sum + count, 0);
}

/** What they are called; nothing where they are too many to be compared. */
export function namesOf(places: readonly Residents[]): ReadonlySet<string> {
  const tooMany = places.some(({ names }) => names.size > mostNames);
  return new Set(tooMany ? [] : places.flatMap(({ names }) => [...names]));
}

function near(at: string, file: string): string[] {
  const [directory = "", ...around] = upwards(file.slice(0, Math.max(0, file.lastIndexOf("/"))));
  return [`${at}\0below\0${directory}`, ...around.map((each) => `${at}\0in\0${each}`)];
}
