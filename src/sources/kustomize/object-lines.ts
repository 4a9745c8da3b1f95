import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from "yaml";

const options = { schema: "failsafe", uniqueKeys: false, logLevel: "silent" } as const;

interface SourceObject {
  readonly map: YAMLMap;
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string;
}

/** A text and, for each of its lines, where it stands in its source, as `SourceFile.lines` has it but from index 0. */
export interface PlacedText {
  readonly text: string;
  readonly lines: readonly number[];
}

/** The objects of a file and the lines on which their fields stand. */
export class ObjectLines {
  readonly #lines: readonly string[];
  readonly #counter: LineCounter = new LineCounter();
  readonly #objects: readonly SourceObject[];

  constructor(text: string) {
    this.#lines = text.split("\n").map((line) => line.trimEnd());
    const documents = parseAllDocuments(text, { ...options, lineCounter: this.#counter });
    this.#objects = [...documents].flatMap((document) => objectsIn(document.contents));
  }

  /**
   * Writes a built object in the order of the object that it comes from, and tells for each line where it stands in the
   * file: by what it is in the object, not by its looks. What was added stands where its parent does.
   */
  place(built: Document): PlacedText {
    const source = isMap(built.contents) ? this.#sourceOf(built.contents) : undefined;
    if (source !== undefined) order(built.contents, source.map);
    const text = built.toString({ lineWidth: 0, directives: false, indentSeq: this.#indentsLists(source?.map) });
    const own = text.split("\n");
    const lines = own.slice(0, -1).map(() => 0);
    if (source === undefined) return { text, lines };
    const counter = new LineCounter();
    const [written] = parseAllDocuments(text, { ...options, lineCounter: counter });
    const contents = written === undefined || !("contents" in written) ? null : written.contents;
    const lineIn = (node: unknown): number => lineOf(node, counter);
    const set = (line: number, target: number): void => {
      if (line < 1 || target < 1 || (lines[line - 1] ?? 1) !== 0) return;
      lines[line - 1] = isSame(own[line - 1] ?? "", this.#lines[target - 1] ?? "") ? target : -target;
    };
    const pair = (rendered: unknown, original: unknown, parent: number): void => {
      if (isMap(rendered)) {
        for (const each of rendered.items) {
          const from = isMap(original) ? find(original, keyOf(each)) : undefined;
          const line = from === undefined ? parent : lineOf(from.key, this.#counter);
          set(lineIn(each.key), line);
          pair(each.value, from?.value, line);
        }
      } else if (isSeq(rendered)) {
        for (const [index, each] of rendered.items.entries()) {
          const from = isSeq(original) ? counterpart(each, index, rendered.items, original.items) : undefined;
          const line = from === undefined ? parent : lineOf(from, this.#counter);
          if (!isMap(each)) set(lineIn(each), line);
          pair(each, from, line);
        }
      } else if (isScalar(rendered)) {
        this.#setScalar(rendered, original, parent, counter, set);
      }
    };
    pair(contents, source.map, lineOf(source.map, this.#counter));
    const inside = isMap(contents) ? insideTexts(contents, counter) : new Set<number>();
    return this.#withWaivers(own, lines, inside);
  }

  /** Kustomize drops comments; those that waive findings are put back above the lines that they are about. */
  #withWaivers(text: readonly string[], lines: readonly number[], inside: ReadonlySet<number>): PlacedText {
    const comments = new Map<number, { comment: string; line: number }[]>();
    for (const [index, line] of this.#lines.entries()) {
      const comment = /(?:^|\s)(#\s*paddlock-ignore\b.*)$/.exec(line)?.[1];
      if (comment === undefined) continue;
      let about = index;
      if (line.trimStart().startsWith("#")) {
        while (about < this.#lines.length && /^\s*(?:#|$)/.test(this.#lines[about] ?? "")) about++;
      }
      comments.set(about + 1, [...(comments.get(about + 1) ?? []), { comment, line: index + 1 }]);
    }
    if (comments.size === 0) return { text: text.join("\n"), lines };
    const placed: { text: string[]; lines: number[] } = { text: [], lines: [] };
    for (const [index, line] of text.entries()) {
      const target = Math.abs(lines[index] ?? 0);
      const found = inside.has(index + 1) ? undefined : comments.get(target);
      for (const each of found ?? []) {
        placed.text.push(line.slice(0, line.length - line.trimStart().length) + each.comment);
        placed.lines.push(-each.line);
      }
      if (found !== undefined) comments.delete(target);
      placed.text.push(line);
      if (index < lines.length) placed.lines.push(lines[index] ?? 0);
    }
    return { text: placed.text.join("\n"), lines: placed.lines };
  }

  /** The lines of a text over several lines, one after another where both have as many. */
  #setScalar(
    rendered: Node,
    original: unknown,
    parent: number,
    counter: LineCounter,
    set: (line: number, target: number) => void,
  ): void {
    const [first, last] = linesOf(rendered, counter);
    const [from, to] = isScalar(original) ? linesOf(original, this.#counter) : [parent, parent];
    const alike = isScalar(original) && last - first === to - from;
    for (let line = first; line <= last; line++) set(line, alike ? from + line - first : from);
  }

  /** The object of the file that a built one was: of its kind, and with a name that its own contains. */
  #sourceOf(built: YAMLMap): SourceObject | undefined {
    const { kind, name, apiVersion } = describe(built);
    const alike = this.#objects.filter((each) => each.kind === kind && name.includes(each.name));
    const best = (objects: readonly SourceObject[]): SourceObject | undefined =>
      objects.reduce<SourceObject | undefined>(
        (found, each) => (found === undefined || each.name.length > found.name.length ? each : found),
        undefined,
      );
    const found = best(alike.filter((each) => each.apiVersion === apiVersion)) ?? best(alike);
    if (found !== undefined) return found;
    // A patch may rename; then it is the only one of its kind, or nobody can tell.
    const ofKind = this.#objects.filter((each) => each.kind === kind);
    return ofKind.length === 1 ? ofKind[0] : undefined;
  }

  /** Does the source write `- ` further in than the key above it? */
  #indentsLists(map: YAMLMap | undefined): boolean {
    let answer: boolean | undefined;
    const visit = (node: unknown): void => {
      if (answer !== undefined) return;
      if (isMap(node)) {
        for (const each of node.items) {
          if (isSeq(each.value) && each.value.flow !== true)
            answer = this.#columnOf(each.value) > this.#columnOf(each.key);
          visit(each.value);
        }
      } else if (isSeq(node)) for (const each of node.items) visit(each);
    };
    visit(map);
    return answer ?? true;
  }

  #columnOf(node: unknown): number {
    return this.#counter.linePos(offsetOf(node)).col;
  }
}

function objectsIn(node: unknown): readonly SourceObject[] {
  if (!isMap(node)) return [];
  const object = describe(node);
  const items = node.get("items");
  if (object.kind.endsWith("List") && isSeq(items)) return items.items.flatMap(objectsIn);
  return object.kind === "" ? [] : [object];
}

function describe(map: YAMLMap): SourceObject {
  const text = (path: readonly string[]): string => {
    const value = map.getIn(path);
    return typeof value === "string" ? value : "";
  };
  return { map, kind: text(["kind"]), name: text(["metadata", "name"]), apiVersion: text(["apiVersion"]) };
}

/** Brings the keys of a built object into the order of its source; what is new stays behind, in its own order. */
function order(built: unknown, source: unknown): void {
  if (isMap(built) && isMap(source)) {
    const rank = new Map(source.items.map((each, index) => [keyOf(each), index]));
    const rankOf = (each: Pair): number => rank.get(keyOf(each)) ?? rank.size;
    built.items.sort((a, b) => rankOf(a) - rankOf(b));
    for (const each of built.items) order(each.value, find(source, keyOf(each))?.value);
  } else if (isSeq(built) && isSeq(source)) {
    for (const [index, each] of built.items.entries()) order(each, counterpart(each, index, built.items, source.items));
  }
}

/** Keys by which the items of Kubernetes' lists are known. */
const itemKeys = ["name", "mountPath", "containerPort", "port", "ip", "topologyKey"] as const;

/** The item of a list that an item of the built list was. */
function counterpart(item: unknown, index: number, built: readonly unknown[], source: readonly unknown[]): unknown {
  if (isMap(item)) {
    for (const key of itemKeys) {
      const name = item.get(key);
      if (name === undefined) continue;
      const same = source.filter((each) => isMap(each) && each.get(key) === name);
      if (same.length === 1) return same[0];
    }
    const other = source[index];
    const known = isMap(other) && itemKeys.some((key) => other.get(key) !== undefined);
    return built.length === source.length || !known ? other : undefined;
  }
  if (isScalar(item)) {
    const at = source[index];
    if (isScalar(at) && at.value === item.value) return at;
    return source.find((each) => isScalar(each) && each.value === item.value) ?? at;
  }
  return source[index];
}

/** The lines of texts over several lines, but for their first: what stands there is no comment. */
function insideTexts(map: YAMLMap, counter: LineCounter): Set<number> {
  const lines = new Set<number>();
  const visit = (node: unknown): void => {
    if (isMap(node)) for (const each of node.items) visit(each.value);
    else if (isSeq(node)) for (const each of node.items) visit(each);
    else if (isScalar(node)) {
      const [first, last] = linesOf(node, counter);
      for (let line = first + 1; line <= last; line++) lines.add(line);
    }
  };
  visit(map);
  return lines;
}

function find(map: YAMLMap, key: string): Pair | undefined {
  // The last of several counts.
  return map.items.findLast((each) => keyOf(each) === key);
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

function offsetOf(node: unknown): number {
  if (isMap(node) && node.flow !== true) {
    const key = node.items[0]?.key;
    if (isScalar(key) && key.range) return key.range[0];
  }
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range?.[0] ?? -1;
}

function lineOf(node: unknown, counter: LineCounter): number {
  const offset = offsetOf(node);
  return offset < 0 ? 0 : counter.linePos(offset).line;
}

function linesOf(node: Node, counter: LineCounter): [number, number] {
  const range = node.range;
  if (!range) return [0, 0];
  const first = counter.linePos(range[0]).line;
  return [first, counter.linePos(Math.max(range[0], range[1] - 1)).line];
}

/** Kustomize drops comments; a line that differs in nothing else is the same. */
function isSame(built: string, source: string): boolean {
  return source === built || (source.startsWith(built) && /^\s+#/.test(source.slice(built.length)));
}
