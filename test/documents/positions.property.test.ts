import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Document, Region } from "../../src/documents/document.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { JsonValue, Path } from "../../src/json/value.ts";
import { generate } from "./generate.ts";

const seeds = fc.integer();
const runs = { numRuns: 600 };

describe("any generated document", () => {
  test("has the value that it was written for", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text, value } = generate(seed);
        expect(only(text).value).toEqual(value);
      }),
      runs,
    );
  });

  test("has the value that the yaml package gives it", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text } = generate(seed);
        const theirs: unknown = parse(text, { version: "1.1", merge: true });
        expect(only(text).value).toEqual(theirs);
      }),
      runs,
    );
  });

  test("has the same value and the same positions after a byte order mark and with CRLF", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text } = generate(seed);
        const plain = only(text);
        const other = only(Buffer.from(`\ufeff${text.replaceAll("\n", "\r\n")}`));
        expect(other.value).toEqual(plain.value);
        for (const path of paths(plain.value)) expect(other.locate(path)).toEqual(plain.locate(path));
      }),
      { numRuns: 150 },
    );
  });

  test("shows every path where its own text stands", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text, value } = generate(seed);
        const document = only(text);
        for (const path of paths(value)) {
          const { field, region } = document.locate(path);
          expect(field).toEqual(path);
          expect(reread(cut(text, region), path)).toEqual(expected(value, path));
        }
      }),
      runs,
    );
  });

  test("shows an absent field at the first line of the mapping that lacks it", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text, value } = generate(seed);
        const document = only(text);
        for (const path of paths(value)) {
          const parent = at(value, path);
          if (typeof parent !== "object" || parent === null || Array.isArray(parent)) continue;
          const { field, region } = document.locate([...path, "absent", 0, "deeper"]);
          expect(field).toEqual(path);
          expect(region.endLine).toBe(region.line);
          const first = cut(text, region);
          const whole: unknown = first.startsWith("{") ? tryParse(first) : undefined;
          if (whole === undefined) expect(["<<", "{", ...Object.keys(parent)]).toContain(firstKey(first));
          else expect(whole).toEqual(parent);
        }
      }),
      runs,
    );
  });
});

function only(text: string | Uint8Array): Document {
  const parsed = parseFile(text, "yaml");
  expect(parsed.notifications).toEqual([]);
  expect(parsed.documents).toHaveLength(1);
  return parsed.documents[0] as Document;
}

function* paths(value: JsonValue, above: Path = []): Generator<Path> {
  if (above.length > 0) yield above;
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* paths(child as JsonValue, [...above, Array.isArray(value) ? Number(key) : key]);
  }
}

function at(value: JsonValue, path: Path): JsonValue {
  return path.reduce<JsonValue>((current, step) => (current as Record<string, JsonValue>)[step] as JsonValue, value);
}

/** What the text of a path's region must stand for: a scalar itself, the key of a collection, an item of a list. */
function expected(value: JsonValue, path: Path): unknown {
  const found = at(value, path);
  const last = path.at(-1);
  if (typeof found !== "object" || found === null) return found;
  return typeof last === "string" ? last : { itemOf: Array.isArray(found) ? "list" : Object.keys(found).length > 0 };
}

/** Reads the text of a region alone. */
function reread(text: string, path: Path): unknown {
  const last = path.at(-1);
  if (/^[|>]/.test(text)) return parse(`k: ${text}\n`).k;
  if (typeof last === "number" && /^[-[]/.test(text)) return { itemOf: "list" };
  if (typeof last === "number" && /^\{\s*\}/.test(text)) return { itemOf: false };
  if (typeof last === "number" && (/^\{/.test(text) || firstKey(text) !== undefined)) return { itemOf: true };
  return parse(text, { version: "1.1" });
}

/** The key with which a line begins. */
function firstKey(line: string): string | undefined {
  if (line.startsWith("{")) return "{";
  const key = /^("(?:[^"]|\\")*"|'[^']*'|[^"'].*?):(?= |$)/.exec(line)?.[1];
  return key === undefined ? undefined : String(parse(key));
}

function tryParse(text: string): unknown {
  try {
    return parse(text, { version: "1.1" });
  } catch {
    return undefined;
  }
}

/** The text of a region, its lines and columns counted anew. */
function cut(text: string, { line, column, endLine, endColumn }: Region): string {
  const lines = text.split("\n").slice(line - 1, endLine);
  lines[lines.length - 1] = (lines.at(-1) ?? "").slice(0, endColumn - 1);
  lines[0] = (lines[0] ?? "").slice(column - 1);
  return lines.join("\n");
}
