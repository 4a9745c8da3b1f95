import { describe, expect, test } from "vitest";
import type { ParsedFile } from "../../src/documents/document.ts";
import { parseFile } from "../../src/documents/parse-file.ts";

function yaml(text: string | Uint8Array): ParsedFile {
  return parseFile(text, "yaml");
}

function values({ documents }: ParsedFile): unknown[] {
  return documents.map(({ value }) => value);
}

function places({ notifications }: ParsedFile): unknown[] {
  return notifications.map(({ level, code, line, column }) => [level, code, line, column]);
}

describe("several documents", () => {
  test("markers, comments and empty documents yield nothing", () => {
    const parsed = yaml("# only a comment\n---\n---\n# another\na: 1\n---\n---   # end\n\n...\n---\nb: 2\n---\n~\n");
    expect(values(parsed)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(parsed.documents.map(({ index, line }) => [index, line])).toEqual([
      [0, 5],
      [1, 11],
    ]);
    expect(parsed.notifications).toEqual([]);
  });

  test.each(["", "\n---", "\n\n---\n", "\n\n", "# a\n", "---\n", "\ufeff", "   \n\t\n"])("%j holds none", (text) => {
    expect(yaml(text)).toEqual({ documents: [], comments: [], notifications: [], unreadable: 0 });
  });

  test("`...` ends a document", () => {
    expect(values(yaml("a: 1\n...\nb: 2\n...\n---\nc: 3\n"))).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  test("directives stay with the document that they precede", () => {
    expect(values(yaml("%YAML 1.1\n# c\n---\na: 1\n...\n%TAG !e! tag:e.org,2024:\n---\nb: !e!x 2\n"))).toEqual([
      { a: 1 },
      { b: "2" },
    ]);
  });

  test("markers within texts do not divide", () => {
    const parsed = yaml("a: |\n  ---\n  b\nc: '---'\nd: x\n  --- y\ne: ---f\n---g: 1\n");
    expect(values(parsed)).toEqual([{ a: "---\nb\n", c: "---", d: "x --- y", e: "---f", "---g": 1 }]);
  });

  test("CRLF and lone CR divide lines", () => {
    expect(values(yaml("a: 1\r\n---\r\nb: |\r\n  c\r\n  d\r\n"))).toEqual([{ a: 1 }, { b: "c\nd\n" }]);
    expect(yaml("a: 1\rb: 2\r").documents[0]?.locate(["b"]).region).toEqual({
      line: 2,
      column: 4,
      endLine: 2,
      endColumn: 5,
    });
  });

  test("a broken one costs none of the others", () => {
    const parsed = yaml('a: 1\n---\nb: [1, 2\n---\nc: "x\n---\nd: 1\n  e: 2\n---\nf: 3\n');
    expect(values(parsed)).toEqual([{ a: 1 }, { f: 3 }]);
    expect(parsed.documents.map(({ index }) => index)).toEqual([0, 4]);
    expect(parsed.unreadable).toBe(3);
    expect(places(parsed)).toEqual([
      ["error", "yaml-syntax", 4, 1],
      ["error", "yaml-syntax", 6, 1],
      ["error", "yaml-syntax", 8, 4],
    ]);
    expect(parsed.documents[1]?.locate(["f"]).region.line).toBe(10);
  });
});

describe("what is wrong with a text", () => {
  test.each([
    ["a: b: c\n", 1, 5],
    ["a: 1\n\tb: 2\n", 2, 1],
    ["a: *nowhere\n", 1, 4],
    ["a: &a [*a]\n", 1, 8],
    ["a:\n  b: 1\n c: 2\n", 3, 2],
    ["a: 'b\n", 2, 1],
    ["a: @b\n", 1, 4],
    ["a: 1\n b\nc\nd: 1\n", 4, 2],
    ["metadata\n\n  name: a\n", 3, 7],
  ])("%j is a syntax error on line %i, column %i", (text, line, column) => {
    const parsed = yaml(text);
    expect(parsed.documents).toEqual([]);
    expect(places(parsed)).toEqual([["error", "yaml-syntax", line, column]]);
  });

  test("a key where none can stand is said to be one", () => {
    for (const text of ["a: b: c\n", "metadata\n  name: a\n", "a:\n  b: 1\n  c\n  d: 1\n"]) {
      expect(yaml(text).notifications[0]?.message).toContain("no key can stand here");
    }
    expect(yaml("a:\n  b: 1\n c: 2\n").notifications[0]?.message).toContain("not indented");
  });

  test("columns count UTF-16 code units", () => {
    expect(places(yaml("名称: 😀\n镜像: 😀 *a: b\n"))).toEqual([["error", "yaml-syntax", 2, 10]]);
  });

  test("a template says that it must be rendered", () => {
    const [first] = yaml("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n").notifications;
    expect(first).toMatchObject({ level: "error", code: "yaml-syntax", line: 4, column: 10 });
    expect(first?.message).toContain("helm template");
    expect(yaml("apiVersion: v1\nkind: {{ .Values.kind }}\n").unreadable).toBe(1);
    expect(yaml("{{- if .Values.on }}\na: 1\n{{- end }}\n").notifications[0]?.message).toContain("helm template");
    expect(yaml("a: [").notifications[0]?.message).not.toContain("helm");
  });

  test("what only other programs can read is passed over when it claims to be no object", () => {
    for (const text of ["a: .inf\n", "~: 1\n", "[1, 2]: 3\n", "<<: 1\n", "a: !!int x\n"]) {
      expect(yaml(text)).toMatchObject({ notifications: [], unreadable: 0 });
      expect(yaml(`apiVersion: v1\nkind: A\n${text}`).unreadable).toBe(1);
    }
  });

  test("speaks Chinese", () => {
    expect(parseFile("a: 1\na: 2\n", "yaml", "zh").notifications[0]?.message).toBe(
      "键 `a` 重复：第 1 行的值被覆盖，以最后一个为准",
    );
    expect(parseFile("a: [", "yaml", "zh").notifications[0]?.message).toBe("`[` 或 `{` 没有闭合");
    expect(parseFile("[1", "json", "zh").notifications[0]?.message).toBe("文本提前结束，此处应为 `,` 或 `]`");
  });
});

describe("duplicate keys", () => {
  test("are told with both places, and the last one counts", () => {
    const parsed = yaml("metadata:\n  name: a\n  labels: {}\n  name: b\nname: c\n---\n- 1: a\n  '1': b\n");
    expect(values(parsed)).toEqual([{ metadata: { name: "b", labels: {} }, name: "c" }, [{ "1": "b" }]]);
    expect(parsed.unreadable).toBe(0);
    expect(places(parsed)).toEqual([
      ["warning", "duplicate-key", 4, 3],
      ["warning", "duplicate-key", 8, 3],
    ]);
    expect(parsed.notifications[0]?.message).toContain("line 2");
    expect(parsed.documents[0]?.locate(["metadata", "name"]).region.line).toBe(4);
  });

  test("are not what a merge brings", () => {
    expect(yaml("x: &x {a: 1}\nb:\n  <<: *x\n  a: 2\n").notifications).toEqual([]);
  });

  test("are summed up when there are many", () => {
    const parsed = yaml("a: 1\n".repeat(200));
    expect(parsed.notifications).toHaveLength(101);
    expect(parsed.notifications.at(-1)).toEqual({
      level: "warning",
      code: "duplicate-key",
      message: "99 more of this kind in the file",
    });
  });
});

test("keys that objects have by themselves are keys like any other", () => {
  const [document] = yaml("__proto__: {polluted: 1}\nconstructor: 2\ntoString: 3\n__proto__: {b: 4}\n").documents;
  const value = document?.value as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString"]);
  expect(Object.getOwnPropertyDescriptor(value, "__proto__")?.value).toEqual({ b: 4 });
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(document?.locate(["__proto__", "b"]).region).toMatchObject({ line: 4, column: 16 });
  expect(document?.locate(["valueOf"]).field).toEqual([]);
  const merged = yaml("x: &x {__proto__: {a: 1}}\nother: {<<: *x}\n").documents[0]?.value as Record<string, object>;
  expect(Object.keys(merged.other ?? {})).toEqual(["__proto__"]);
});

test("aliases share the value of their anchor", () => {
  const value = yaml("a: &a {b: [1]}\nc: *a\n").documents[0]?.value as Record<string, unknown>;
  expect(value.c).toBe(value.a);
});

describe("lines that Kubernetes takes though they are not indented", () => {
  test("of flow collections and quoted texts", () => {
    const text = 'a: [\n1, # one\n{b: "x\ny",\n"c": [\nz\n]}\n]\nd:\n  - \'p\nq\'\n  - r\n';
    const parsed = yaml(text);
    expect(parsed.notifications).toEqual([]);
    expect(values(parsed)).toEqual([{ a: [1, { b: "x y", c: ["z"] }], d: ["p q", "r"] }]);
    const [document] = parsed.documents;
    expect(document?.locate(["a", 1, "c", 0]).region).toEqual({ line: 6, column: 1, endLine: 6, endColumn: 2 });
    expect(document?.locate(["d", 0]).region).toEqual({ line: 10, column: 5, endLine: 11, endColumn: 3 });
    expect(document?.locate(["d", 1]).region).toEqual({ line: 12, column: 5, endLine: 12, endColumn: 6 });
  });

  test("and errors behind them keep their place", () => {
    expect(places(yaml("a: [\n1\n]\nb: c: d\n"))).toEqual([["error", "yaml-syntax", 4, 5]]);
    expect(places(yaml("a: [\n1\n"))).toEqual([["error", "yaml-syntax", 3, 1]]);
  });
});

describe("JSON in a YAML file", () => {
  test("is read as kubectl does, with tabs and one behind the other", () => {
    const parsed = yaml('{\n\t"a": "\\/\\u0041",\n\t"a": 1\n}\n{"b": 2}\n---\n{"c": 3}\n---\n{d: 4}\n');
    expect(values(parsed)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }]);
    expect(places(parsed)).toEqual([["warning", "duplicate-key", 3, 2]]);
    expect(parsed.documents[2]?.locate(["c"]).region).toEqual({ line: 7, column: 7, endLine: 7, endColumn: 8 });
  });
});
