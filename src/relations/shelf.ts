import type { RelationEntry } from "./terms/relation.ts";

interface Distant {
  readonly entry: RelationEntry;
  /** 0: the same file; 1: one's directory is the other's, or around it; 2: any other. */
  readonly distance: number;
}

/** More than so many are found by their directories, and not by looking at each. */
const few = 12;

/** Entries of one kind, name, rendering and namespace: mostly one, but a repository may say the same of many clusters. */
export class Shelf {
  readonly #entries: RelationEntry[] = [];
  #directories: Directories | undefined;

  add(entry: RelationEntry): void {
    this.#entries.push(entry);
    if (this.#directories !== undefined) this.#directories.add(entry);
    else if (this.#entries.length > few) {
      this.#directories = new Directories();
      for (const each of this.#entries) this.#directories.add(each);
    }
  }

  /** All entries; whoever has seen enough ends it. */
  *nearestFirst({ file }: { readonly file: string }): Generator<Distant> {
    const directory = directoryOf(file);
    if (this.#directories !== undefined) {
      const near = new Set<RelationEntry>();
      for (const entry of this.#directories.near(file, directory)) {
        if (near.has(entry)) continue;
        near.add(entry);
        yield { entry, distance: entry.file === file ? 0 : 1 };
      }
      for (const entry of this.#entries) if (!near.has(entry)) yield { entry, distance: 2 };
      return;
    }
    if (this.#entries.length === 1) {
      const [entry] = this.#entries as [RelationEntry];
      yield { entry, distance: distanceOf(entry, file, directory) };
      return;
    }
    const distances = this.#entries.map((entry) => distanceOf(entry, file, directory));
    for (const distance of [0, 1, 2]) {
      for (const [index, entry] of this.#entries.entries())
        if (distances[index] === distance) yield { entry, distance };
    }
  }
}

/** Entries by their file, and by each directory that they are in or below. */
class Directories {
  readonly #inFile = new Map<string, RelationEntry[]>();
  readonly #directlyIn = new Map<string, RelationEntry[]>();
  readonly #below = new Map<string, RelationEntry[]>();

  add(entry: RelationEntry): void {
    const directory = directoryOf(entry.file);
    put(this.#inFile, entry.file, entry);
    put(this.#directlyIn, directory, entry);
    for (const each of upwards(directory)) put(this.#below, each, entry);
  }

  *near(file: string, directory: string): Generator<RelationEntry> {
    yield* this.#inFile.get(file) ?? [];
    yield* this.#below.get(directory) ?? [];
    for (const each of upwards(directory)) if (each !== directory) yield* this.#directlyIn.get(each) ?? [];
  }
}

function distanceOf(entry: RelationEntry, file: string, directory: string): number {
  if (entry.file === file) return 0;
  return isNear(directoryOf(entry.file), directory) ? 1 : 2;
}

/** Whether two directories are one, or one of them is below the other. */
function isNear(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short === "" || short === long || (long.startsWith(short) && long[short.length] === "/");
}

/** `a/b` of `a/b/c.yaml`; "" of a file in none. */
export function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "" : file.slice(0, slash);
}

/** A directory and those around it: `a/b`, `a`, and "". */
export function* upwards(directory: string): Generator<string> {
  let each = directory;
  while (each !== "") {
    yield each;
    each = directoryOf(each);
  }
  yield "";
}

function put(map: Map<string, RelationEntry[]>, key: string, entry: RelationEntry): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}
