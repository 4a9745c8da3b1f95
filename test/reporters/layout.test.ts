import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Region } from "../../src/documents/document.ts";
import { codeFrame, sourceLines } from "../../src/reporters/frame.ts";
import { printable } from "../../src/reporters/printable.ts";
import { characterWidth, fitTo, padTo, textWidth } from "../../src/reporters/width.ts";
import { wrap } from "../../src/reporters/wrap.ts";

describe("width", () => {
  it("agrees with string-width on every assigned character but those that terminals ignore", () => {
    const differing: string[] = [];
    for (let codePoint = 0x20; codePoint < 0x40000; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (!/\p{Assigned}/u.test(character) || /[\p{Cc}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/u.test(character))
        continue;
      if (characterWidth(character) !== stringWidth(character)) differing.push(codePoint.toString(16));
    }
    expect(differing).toEqual([]);
  });

  it("measures, fills and cuts", () => {
    expect(textWidth("镜像 nginx")).toBe(10);
    expect(padTo("镜像", 6)).toBe("镜像  ");
    expect(fitTo("镜像未固定", 7)).toBe("镜像未…");
    expect(fitTo("abc", 3)).toBe("abc");
  });
});

describe("printable", () => {
  it("spells out what a terminal would act on", () => {
    expect(printable("a\u001b[31mb\u009b2J\r\n\t\u202e\u2066\ufeff\ud800\u{e0041}")).toBe(
      "a\\x1b[31mb\\x9b2J\\r\\n\\t\\u202e\\u2066\\ufeff\\ud800\\u{e0041}",
    );
  });

  it("leaves languages and emoji alone", () => {
    const text = "镜像 café e\u0301 😀 👩‍🔬 العربية ไทย";
    expect(printable(text)).toBe(text);
  });
});

describe("wrap", () => {
  it("breaks at spaces and between Chinese characters, never before punctuation", () => {
    expect(wrap("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
    expect(wrap("一二三四五，六七八九十", 10)).toEqual(["一二三四", "五，六七八", "九十"]);
    expect(wrap("设置（必填）完成了", 8)).toEqual(["设置（必", "填）完成", "了"]);
  });

  it("keeps words, blank lines and YAML whole", () => {
    expect(wrap("see registry.example.com/a/very/long:name now", 12)).toEqual([
      "see",
      "registry.example.com/a/very/long:name",
      "now",
    ]);
    expect(wrap("a b\n\n  key: {a: 1, b: 2, c: 3}\n", 8)).toEqual(["a b", "", "  key: {a: 1, b: 2, c: 3}"]);
  });

  it("leaves room on the first line", () => {
    expect(wrap("aaaa bbbb cccc", 10, 4)).toEqual(["aaaa", "bbbb cccc"]);
  });

  it("loses nothing, and overflows only with a single word", () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-z]{1,20}$/),
      fc.stringMatching(/^[一-龥]{1,9}$/),
      fc.constant("（甲）。"),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 8, max: 60 }), (words, width) => {
        const lines = wrap(words.join(" "), width);
        expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
        for (const line of lines) if (textWidth(line) > width) expect(line).not.toContain(" ");
      }),
    );
  });
});

const STYLE = { columns: 80, indent: "", dim: (text: string) => text, mark: (text: string) => text };

function region(line: number, column: number, endLine: number, endColumn: number): Region {
  return { line, column, endLine, endColumn };
}

describe("codeFrame", () => {
  it("counts lines as YAML does", () => {
    expect(sourceLines("\ufeffa\r\nb\rc\n")).toEqual([" a", "b", "c", ""]);
  });

  it("gives nothing for a line that is not there", () => {
    expect(codeFrame(["a"], region(2, 1, 2, 2), STYLE)).toEqual([]);
  });

  it("drops blank lines at its ends only", () => {
    expect(codeFrame(["", "a: 1", "", "b: 2", "", ""], region(2, 1, 2, 2), STYLE)).toEqual([
      "> 2 | a: 1",
      "    | ^",
      "  3 |",
      "  4 | b: 2",
    ]);
  });

  it("underlines the whole line where only the line is known", () => {
    expect(codeFrame(["  image: a"], region(1, 1, 1, 1), STYLE)).toEqual(["> 1 |   image: a", "    |   ^^^^^^^^"]);
  });

  it("shows one caret for an empty field, at the end of a line too", () => {
    expect(codeFrame(["image:"], region(1, 7, 1, 7), STYLE)).toEqual(["> 1 | image:", "    |       ^"]);
  });

  it("says that a long region goes on", () => {
    const lines = ["a: |", ..."bcdefg".split("").map((letter) => `  ${letter}`), "z: 1"];
    expect(codeFrame(lines, region(1, 4, 7, 4), STYLE)).toEqual([
      "> 1 | a: |",
      "    |    ^",
      "> 2 |   b",
      "    |   ^",
      "> 3 |   c",
      "    |   ^",
      "    | …",
    ]);
  });

  it("cuts a long line around the field", () => {
    const line = `${"甲".repeat(300)}field${"乙".repeat(300)}`;
    const [shown, marks] = codeFrame([line], region(1, 301, 1, 306), STYLE);
    expect(textWidth(shown ?? "")).toBeLessThanOrEqual(80);
    expect(shown).toMatch(/^> 1 \| … ?甲+field乙+…$/);
    expect(textWidth((shown ?? "").split("field")[0] ?? "")).toBe((marks ?? "").indexOf("^"));
    expect(marks?.trimStart()).toMatch(/\| +\^{5}$/);
  });

  it("looks at no more of an endless line than it shows", () => {
    const line = `{${"x".repeat(5_000_000)}needle${"y".repeat(5_000_000)}`;
    const [shown] = codeFrame([line], region(1, 5_000_002, 1, 5_000_008), STYLE);
    expect(shown).toContain("needle");
    expect(shown?.length).toBeLessThanOrEqual(80);
  });

  it("leaves out indentation before it leaves out text", () => {
    const lines = [`${" ".repeat(40)}a: 1`, `${" ".repeat(42)}image: registry.example.com/ocr`];
    expect(codeFrame(lines, region(2, 50, 2, 74), { ...STYLE, columns: 48 })).toEqual([
      "  1 | a: 1",
      "> 2 |   image: registry.example.com/ocr",
      "    |          ^^^^^^^^^^^^^^^^^^^^^^^^",
    ]);
  });

  it("puts the carets under exactly the cells of the field", () => {
    const characters = ["a", "z", "甲", "😀", "é", "\u001b", "\u202e"];
    const text = (more: readonly string[], minLength: number): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...characters, ...more), { minLength, maxLength: 8 }).map((all) => all.join(""));
    const piece = text([" ", "\t"], 0);
    const field = text([], 1);
    fc.assert(
      fc.property(piece, field, piece, (before, text, after) => {
        const line = `x${before}${text}${after}`;
        const start = 2 + before.length;
        const [shown = "", marks = ""] = codeFrame([line], region(1, start, 1, start + text.length), STYLE);
        const from = marks.indexOf("^");
        const to = marks.lastIndexOf("^") + 1;
        expect(cellsOf(shown, from, to)).toBe(printable(text));
      }),
    );
  });
});

/** The text that stands in the cells from..to. */
function cellsOf(text: string, from: number, to: number): string {
  let at = 0;
  let found = "";
  for (const character of text) {
    if (at >= from && at < to) found += character;
    at += characterWidth(character);
  }
  return found;
}
