import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandsOf, expandReferences, programIndex, splitScript } from "../../src/resources/command.ts";

const none: ReadonlyMap<string, string> = new Map();

describe("expandReferences", () => {
  const variables = new Map([
    ["PORT", "8080"],
    ["EMPTY", ""],
  ]);
  test.each([
    ["--port=$(PORT)", "--port=8080"],
    ["$$(PORT)", "$(PORT)"],
    ["$$$(PORT)", "$8080"],
    ["$(UNKNOWN)", "$(UNKNOWN)"],
    ["$(EMPTY)!", "!"],
    ["$PORT costs 5$", "$PORT costs 5$"],
    ["$(PORT", "$(PORT"],
  ])("%s becomes %s", (text, expected) => expect(expandReferences(text, variables)).toBe(expected));
});

describe("splitScript", () => {
  test.each([
    [
      "cd /srv && python3 serve.py --port 9292",
      [
        ["cd", "/srv"],
        ["python3", "serve.py", "--port", "9292"],
      ],
    ],
    [
      "wget -q 'https://example.com/a b.tar' | tar x; # fetch\nexec serve",
      [
        ["wget", "-q", "https://example.com/a b.tar"],
        ["tar", "x"],
        ["exec", "serve"],
      ],
    ],
    ['echo "a \\"b\\" c" d\\ e', [["echo", 'a "b" c', "d e"]]],
    ["serve \\\n  --model x 2>&1 &", [["serve", "--model", "x", "2>&1"]]],
    ["if test -f x; then paddlex --serve; fi", [["test", "-f", "x"], ["paddlex", "--serve"], ["fi"]]],
    ["x=$(nproc) serve", [["x=$"], ["nproc"], ["serve"]]],
    ["", []],
    ["'open", [["open"]]],
  ])("%j", (script, expected) => expect(splitScript(script, none)).toEqual(expected));

  test("variables are resolved outside of single quotes", () => {
    const variables = new Map([["MODEL", "/models/x"]]);
    const braced = (name: string): string => `$\{${name}}`;
    const script = `serve $MODEL "${braced("MODEL")}" '$MODEL' ${braced("PORT:-80")} ${braced("OTHER")}`;
    expect(splitScript(script, variables)).toEqual([
      ["serve", "/models/x", "/models/x", "$MODEL", "80", braced("OTHER")],
    ]);
  });

  test("any script is split, and no word has a separator that stood alone", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."ab \n'\"\\$(){};&|#<>=".split("")), maxLength: 60 }),
        (script) => {
          for (const command of splitScript(script, none)) expect(command.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("commandsOf", () => {
  test("a shell's script counts with the command that runs it", () => {
    const container = {
      command: ["/bin/bash", "-lc"],
      args: ["exec env A=1 python -m paddle.distributed.launch $SCRIPT"],
      env: [{ name: "SCRIPT", value: "train.py" }],
    };
    expect(commandsOf(container)[1]).toEqual([
      "exec",
      "env",
      "A=1",
      "python",
      "-m",
      "paddle.distributed.launch",
      "train.py",
    ]);
    expect(programIndex(commandsOf(container)[1] ?? [])).toBe(3);
  });

  test("scripts within scripts are read, and not without end", () => {
    const nested = "bash -c \"bash -c 'paddlex --serve'\"";
    expect(commandsOf({ command: ["sh", "-c", nested] }).flat()).toContain("paddlex");
    let script = "paddlex";
    for (let depth = 0; depth < 20; depth++) script = `sh -c ${JSON.stringify(script)}`;
    expect(() => commandsOf({ command: ["sh", "-c", script] })).not.toThrow();
  });

  test("values of wrong types are passed over", () => {
    expect(commandsOf({ command: "serve", args: [{ a: 1 }, 8080, true, null], env: { name: "A" } })).toEqual([
      ["8080", "true"],
    ]);
    expect(commandsOf({})).toEqual([]);
  });
});
