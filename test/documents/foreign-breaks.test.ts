import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";

const NEL = "\u0085";
const LS = "\u2028";
const PS = "\u2029";
const BOM = "\ufeff";

/** A manifest whose fourth line, and what follows it, is given. */
function manifest(line: string): string {
  return `apiVersion: v1\nkind: ConfigMap\ndata:\n${line}`;
}

/** What `kubectl label --local` made of each line is said beside it. */
describe("a character that breaks a line for Kubernetes alone is refused", () => {
  const everywhere: [string, (character: string) => string][] = [
    ["in a comment", (it) => `  a: b #${it}  hidden: yes\n`], // {a: b, hidden: yes}
    ["in a comment of its own", (it) => `  a: b\n# c${it}  hidden: yes\n`],
    ["behind the last value", (it) => `  a: b # c${it}`],
    ["in a plain text", (it) => `  a: b${it}  hidden: yes\n`],
    ["in a literal block", (it) => `  a: |\n    x${it}  hidden: yes\n`], // {a: "x\u2028", hidden: yes}
    ["in a block that is left", (it) => `  a: |\n    x${it}hidden: yes\n`],
    ["before a quoted key", (it) => `  a: b #${it}hidden: yes\n  "c": d\n`],
    ["in a folded block", (it) => `  a: >-\n    x${it}  hidden: yes\n`],
    ["in the head of a block", (it) => `  a: | #${it}  hidden: yes\n`],
    ["in a key", (it) => `  a${it}b: c\n`],
    ["in an anchor", (it) => `  a: &b${it} c\n`],
    ["between flow entries", (it) => `  {a: b,${it}c: d}\n`],
    ["behind a marker", (it) => `  a: b\n--- #${it}apiVersion: v1\n`],
    ["in a directive", (it) => `  a: b\n...\n%YAML 1.1 #${it}\n---\na: b\n`],
  ];
  describe.each([NEL, LS, PS, BOM])("%j", (character) => {
    test.each(everywhere)("%s", (_, line) => {
      const text = manifest(line(character));
      const { documents, notifications } = parseFile(text, "yaml");
      const before = text.slice(0, text.indexOf(character)).split("\n");
      expect(notifications).toMatchObject([
        { level: "error", code: "yaml-syntax", line: before.length, column: (before.at(-1) ?? "").length + 1 },
      ]);
      expect(JSON.stringify(documents.map(({ value }) => value))).not.toMatch(/hidden/);
    });
  });

  test.each([
    ["folded to a space", `  a: "x${NEL}y"\n`], // "x y"
    ["folded to a space", `  a: 'x${NEL}y'\n`],
    ["with blanks before it", `  a: "x ${LS}y"\n`], // "x\u2028y"
    ["with blanks behind it", `  a: 'x${PS}\ty'\n`],
    ["with a break before it", `  a: "x\n${LS}y"\n`],
    ["with a break behind it", `  a: "x${LS}\n    y"\n`],
    ["escaped", `  a: "x\\${LS}y"\n`], // "xy"
    ["a mark in quotes", `  a: "x${BOM}y"\n`],
    ["behind a quoted one", `  a: "x${LS}y" #${LS}  hidden: yes\n`],
  ])("in quotes, %s: %j", (_, line) => {
    const { documents, notifications } = parseFile(manifest(line), "yaml");
    expect(notifications).toMatchObject([{ level: "error", code: "yaml-syntax" }]);
    expect(documents).toEqual([]);
  });

  test("at the start of a text of nothing but comments, and of JSON behind a marker", () => {
    for (const text of [`# a${NEL}kind: Pod\n`, `---\n{"a": "b${NEL}c"}\n`, `a: 1\n---\n{"a": "b${LS} c"}\n`]) {
      expect(parseFile(text, "yaml").notifications).toMatchObject([{ code: "yaml-syntax" }]);
    }
  });

  test("costs no other document", () => {
    const { documents, unreadable } = parseFile(`a: 1\n---\nb: 2 #${LS}c: 3\n---\nd: 4\n`, "yaml");
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { d: 4 }]);
    expect(unreadable).toBe(1);
  });

  test("says which, and what to do, in both languages", () => {
    const text = `a: b #${NEL}c: d\n`;
    expect(parseFile(text, "yaml").notifications[0]?.message).toBe(
      "the invisible character U+0085 (next line) hides from people what Kubernetes reads: take it out, or write `\\u0085` in double quotes",
    );
    expect(parseFile(text, "yaml", "zh").notifications[0]?.message).toBe(
      "不可见字符 U+0085（下一行）会让 Kubernetes 读到的内容与所见不同：请删除，或在双引号中写作 `\\u0085`",
    );
  });
});

describe("a character that is text for Kubernetes, too, is text", () => {
  test.each([
    [`  a: "x${LS}y"\n`, `x${LS}y`],
    [`  a: 'x${PS}y'\n`, `x${PS}y`],
    [`  a: 'x${LS}''y'\n`, `x${LS}'y`],
    [`  a: 'x\\${LS}y'\n`, `x\\${LS}y`],
    [`  a: "x\\\\${LS}y"\n`, `x\\${LS}y`],
    [`  a: "${LS}x${PS}"\n`, `${LS}x${PS}`],
    [`  a: "x${LS}${PS}y"\n`, `x${LS}${PS}y`],
    [`  a: "x${LS}y\n    z"\n`, `x${LS}y z`],
    [`  a: "\\u0085\\u2028\\ufeff\\N\\L\\P"\n`, `${NEL}${LS}${BOM}${NEL}${LS}${PS}`],
    // As the escapes' own spelling: the backslash is text.
    [`  a: "x\\\\u2028y"\n`, "x\\u2028y"],
  ])("in quotes: %j", (line, value) => {
    const { documents, notifications } = parseFile(manifest(line), "yaml");
    expect(notifications).toEqual([]);
    expect(documents.map((document) => document.value)).toMatchObject([{ data: { a: value } }]);
  });

  test.each(["yaml", "json"] as const)("in JSON (%s)", (format) => {
    const value = { a: `x${NEL}y ${LS} z${BOM}` };
    expect(parseFile(JSON.stringify(value), format)).toMatchObject({ documents: [{ value }], notifications: [] });
  });

  test("at the start of a file, which is its mark", () => {
    expect(parseFile(`${BOM}a: 1\n`, "yaml")).toMatchObject({ documents: [{ value: { a: 1 } }], notifications: [] });
  });
});
