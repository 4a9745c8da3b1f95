import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OverBudgetError } from "../../src/budget/budget.ts";
import { shellCommands } from "../../src/shell/shell.ts";

const known: { readonly [name: string]: string | null } = { DIR: "/models", EMPTY: "", SECRET: null };

function words(script: string): readonly (readonly string[])[] {
  return shellCommands(script, { get: (name) => known[name], spend: () => {} }).map((command) => command.words);
}

/** Writes `$` without inviting anybody to read a template string into it. */
const dollar = (text: string): string => text.replaceAll("§", "$");

describe("words", () => {
  test.each([
    ["a b  c", [["a", "b", "c"]]],
    ["a 'b  c' \"d  e\"f", [["a", "b  c", "d  ef"]]],
    ["a \\\n  b", [["a", "b"]]],
    ["a \\\r\n  b", [["a", "b"]]],
    ['a\\ b "c\\"d" \'\\\'', [["a b", 'c"d', "\\"]]],
    ["a # b\nc#d", [["a"], ["c#d"]]],
    ["a ''", [["a", ""]]],
    ["a 'never closed", [["a", "never closed"]]],
  ])("%j", (script, expected) => {
    expect(words(script)).toEqual(expected);
  });
});

describe("commands", () => {
  test.each([
    ["a && b || c ; d & e | f\ng", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]],
    ["if [ -f x ]; then a; else b; fi", [["[", "-f", "x", "]"], ["a"], ["b"]]],
    ["for i in 1 2; do a; done", [["a"]]],
    ["{ a; } ; ( b )", [["a"], ["b"]]],
    ["! a", [["a"]]],
    ["a 2>&1 >/dev/null <in b", [["a", "b"]]],
    ["a &> x b", [["a", "b"]]],
    ["cat <<EOF | a\nwget x\nEOF\nb", [["cat"], ["a"], ["b"]]],
    ["cat <<-'E F'\n\twget x\n\tE F\nb", [["cat"], ["b"]]],
    ["A=1 b", [["b"]]],
  ])("%j", (script, expected) => {
    expect(words(script)).toEqual(expected);
  });

  test("where output goes", () => {
    const of = (script: string): unknown => shellCommands(script, { get: () => undefined, spend: () => {} })[0];
    expect(of("a > out 2>err")).toEqual({ words: ["a"], output: "out", piped: false });
    expect(of("a 2> err")).toEqual({ words: ["a"], output: null, piped: false });
    expect(of("a | b")).toMatchObject({ piped: true });
    expect(of("a || b")).toMatchObject({ piped: false });
  });
});

describe("expansion", () => {
  test.each([
    ["a §DIR/x", "/models/x"],
    ['a "§{DIR}/x"', "/models/x"],
    ["a '§DIR'", "§DIR"],
    ["a \\§DIR", "§DIR"],
    ["a §{NONE:-/d}", "/d"],
    ["a §{NONE-/d}", "/d"],
    ["a §{EMPTY:-/d}", "/d"],
    ["a §{DIR:-/d}", "/models"],
    ["a §{NONE:-§{OTHER:-§DIR}}", "/models"],
    // what nobody knows stays visible
    ["a §NONE", "§{NONE}"],
    ["a §SECRET/x", "§{SECRET}/x"],
    ["a §{SECRET:-/d}", "§{SECRET}"],
    ["a §{DIR%/*}", "§{DIR%/*}"],
    ["a §(b; c 'd)')x", "§(b; c 'd)')x"],
    ["a `b`", "§(b)"],
    ["a §1", "§{1}"],
    ["a §", "§"],
    // the script's own variables
    ["D=/d; a §D", "/d"],
    ["export D=/d && a §D", "/d"],
    ["D=§(pwd); a §D", "§{D}"],
    ["for D in x y; do a §D; done", "§{D}"],
    ["read D; a §D", "§{D}"],
  ])("%s", (script, expected) => {
    expect(words(dollar(script)).find(([program]) => program === "a")?.[1]).toBe(dollar(expected));
  });
});

describe("any text", () => {
  const anything = fc.string({
    unit: fc.constantFrom(
      "a",
      " ",
      "'",
      '"',
      "\\",
      "$",
      "{",
      "}",
      "(",
      ")",
      "`",
      "<",
      ">",
      "|",
      "&",
      ";",
      "\n",
      "#",
      "=",
      ":-",
    ),
    maxLength: 200,
  });

  test("is read to its end, the same way each time", () => {
    fc.assert(
      fc.property(anything, (script) => {
        expect(words(script)).toEqual(words(script));
      }),
    );
  });

  test("words in single quotes come back as they are", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((word) => !word.includes("'")),
          { minLength: 1 },
        ),
        (given) => {
          expect(words(["a", ...given.map((word) => `'${word}'`)].join(" "))).toEqual([["a", ...given]]);
        },
      ),
    );
  });

  test("defaults nested deeper than anybody writes them end judging", () => {
    const script = (depth: number): string => `a ${dollar("§{N:-").repeat(depth)}x${"}".repeat(depth)} b`;
    expect(words(script(8))[0]).toEqual(["a", "x", "b"]);
    expect(() => words(script(9))).toThrow(OverBudgetError);
    expect(() => words(script(20_000))).toThrow(OverBudgetError);
  });
});
