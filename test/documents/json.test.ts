import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParsedFile } from "../../src/documents/document.ts";
import { parseFile } from "../../src/documents/parse-file.ts";

function json(text: string): ParsedFile {
  return parseFile(text, "json");
}

test("any value is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, "\t"), (text, space) => {
      const value: unknown = JSON.parse(text);
      const parsed = json(JSON.stringify(value, null, space));
      expect(parsed.notifications).toEqual([]);
      expect(parsed.documents.map((document) => document.value)).toEqual(value === null ? [] : [value]);
    }),
  );
});

test("values one after another are documents", () => {
  const parsed = json('{"a": 1}{"b": 2}\n[3]\nnull "4"');
  expect(parsed.documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }, [3], "4"]);
  expect(parsed.documents[2]?.locate([0]).region).toEqual({ line: 2, column: 2, endLine: 2, endColumn: 3 });
});

test("texts are read as JSON has them, not as YAML", () => {
  const parsed = json('{"a": "\\u0000\\/\\ud83d\\ude00 # x", "<<": {"b": 1}, "c": 1E3, "d": -0, "yes": "no"}');
  expect(parsed.documents[0]?.value).toEqual({ a: "\0/😀 # x", "<<": { b: 1 }, c: 1000, d: -0, yes: "no" });
});

test("duplicate keys are told, and the last one counts", () => {
  const parsed = json('{"a": 1,\n "\\u0061": 2}');
  expect(parsed.documents[0]?.value).toEqual({ a: 2 });
  expect(parsed.documents[0]?.locate(["a"]).region).toMatchObject({ line: 2, column: 12 });
  expect(parsed.notifications).toMatchObject([{ level: "warning", code: "duplicate-key", line: 2, column: 2 }]);
});

describe("broken JSON", () => {
  test.each([
    ['{"apiVersion": 1,}', 1, 18],
    ['{"a" 1}', 1, 6],
    ["{a: 1}", 1, 2],
    ['{"a": 1', 1, 8],
    ['["a\n"]', 1, 4],
    ['["\\x"]', 1, 3],
    ['["\\u12g4"]', 1, 3],
    ["[01]", 1, 3],
    ["[1.]", 1, 3],
    ["[truex]", 1, 6],
    ["[nan]", 1, 2],
    ['{"a": 1}\n}', 2, 1],
    ['"abc', 1, 1],
    ["[1 2]", 1, 4],
    ["\ufeff{", 1, 2],
  ])("%j is wrong on line %i, column %i", (text, line, column) => {
    const parsed = json(text);
    expect(parsed.unreadable).toBe(1);
    expect(parsed.notifications).toMatchObject([{ level: "error", code: "json-syntax", line, column }]);
  });

  test("costs none of the values before it", () => {
    expect(json('{"a": 1} {"b"').documents.map(({ value }) => value)).toEqual([{ a: 1 }]);
  });
});

test("comments make no object, but are passed over in what is none", () => {
  const settings = '{\n  // compiler\n  "strict": true, /* all */\n  "include": ["src",],\n}\n';
  expect(json(settings)).toMatchObject({ notifications: [], unreadable: 0 });
  expect(json(settings).documents[0]?.locate(["include", 0]).region).toMatchObject({ line: 4, column: 15 });
  expect(json('{"apiVersion": "v1", // x\n"kind": "Pod"}').notifications).toMatchObject([
    { code: "json-syntax", line: 1, column: 22 },
  ]);
});
