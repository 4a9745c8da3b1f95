import { nearest } from "../messages/nearest.ts";
import type { Standpoint } from "./keyed.ts";
import { directoryOf, upwards } from "./shelf.ts";
import type { RelationOptions } from "./terms/options.ts";

/** More than these are not compared with a name that nobody has. */
const mostNames = 200;
/** So many of a kind are one application's; more may be samples that have nothing to do with each other. */
const mostOfOne = 10;
/** Letters by which a name that was misspelt differs. */
const mostSlips = 2;

/** Objects of a kind in one place: how many, and their names as far as they are kept. Plain data. */
export interface Residents {
  count: number;
  readonly names: Set<string>;
}

/** What there is where somebody looks for an object that is not there. */
export interface Absence {
  /** The set holds what lives there: what is not found does not exist. Else it is probably kept elsewhere. */
  readonly isSure: boolean;
  /** What is there and was probably meant. */
  readonly suggestion: string | null;
}

/** The objects of a kind that live where somebody looks for one, of which none fits. Plain data goes between threads. */
export class Census {
  readonly #options: RelationOptions;
  readonly #places = new Map<string, Residents>();

  constructor(options: RelationOptions) {
    this.#options = options;
  }

  add(kind: string, name: string, { namespace, file, rendering }: Standpoint): void {
    const one = { count: 1, names: [name] };
    const written = this.#written(namespace);
    for (const set of rendering === "" ? [""] : [rendering, "*"]) {
      const at = `${kind}\0${set}\0`;
      this.#settle(at + written, one);
      if (set === "") this.#settle(`${at}${written}\0of\0${file}`, one);
      if (written !== "") continue;
      const [directory = "", ...around] = upwards(directoryOf(file));
      this.#settle(`${at}\0in\0${directory}`, one);
      for (const each of [directory, ...around]) this.#settle(`${at}\0below\0${each}`, one);
    }
  }

  /**
   * What it means that nothing is called so. It is sure where the own file or rendering has others of the kind, or the
   * namespace that both write; where a name differs in a slip only; and where the few of the kind stand near: in the
   * directory, below it or directly in those around it.
   *
   * @param namespace null: the one of objects that name none
   */
  absence(kind: string, name: string, from: Standpoint, namespace: string | null): Absence {
    const written = this.#written(namespace);
    const { rendering, file } = from;
    const own = `${kind}\0${rendering}\0${written}`;
    const others = `${kind}\0${rendering === "" ? "*" : ""}\0${written}`;
    const together = this.#at([rendering === "" ? `${own}\0of\0${file}` : own]);
    const isAnywhere = written !== "" || this.#options.namespaceGiven;
    const around = this.#at(isAnywhere ? [own, others] : [own, others].flatMap((at) => near(at, file)));
    const names = namesOf([...together, ...around]);
    const isFew = around.length > 0 && (written !== "" || countOf(around) <= mostOfOne);
    return {
      isSure: together.length > 0 || isFew || isSlip(name, nearest(name, names, mostSlips)),
      suggestion: nearest(name, names) ?? null,
    };
  }

  /** For `merge` of another one. */
  content(): [string, Residents][] {
    return [...this.#places];
  }

  merge(content: readonly (readonly [string, Residents])[]): void {
    for (const [place, residents] of content) this.#settle(place, residents);
  }

  /** "" for the namespace of objects that name none. */
  #written(namespace: string | null): string {
    return !namespace || namespace === this.#options.defaultNamespace ? "" : namespace;
  }

  #at(places: readonly string[]): readonly Residents[] {
    return places.flatMap((place) => this.#places.get(place) ?? []);
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

function countOf(places: readonly Residents[]): number {
  return places.reduce((sum, { count }) => sum + count, 0);
}

/** What they are called, but of places with so many that nobody would compare them. */
function namesOf(places: readonly Residents[]): ReadonlySet<string> {
  return new Set(places.flatMap(({ names }) => (names.size > mostNames ? [] : [...names])));
}

/** Names that are counted on (`app-1`, `app-2`) are no slips of each other. */
function isSlip(name: string, meant: string | undefined): boolean {
  return meant !== undefined && meant.replaceAll(/\d/g, "") !== name.replaceAll(/\d/g, "");
}

function near(at: string, file: string): string[] {
  const [directory = "", ...around] = upwards(directoryOf(file));
  return [`${at}\0below\0${directory}`, ...around.map((each) => `${at}\0in\0${each}`)];
}
