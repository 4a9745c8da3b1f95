import { describe, expect, test } from "vitest";
import { OverBudgetError } from "../../src/budget/budget.ts";
import { commandsOf, resolved } from "../../src/shell/command.ts";
import { environmentOf, expandReferences } from "../../src/shell/environment.ts";

function commands(container: { readonly [key: string]: never[] | string[] | string }): unknown[][] {
  return commandsOf(container, ["c"], environmentOf({})).map(({ program, words, field, directory }) => [
    program,
    words.slice(1),
    field(0),
    directory,
  ]);
}

describe("the programs of a container", () => {
  test("command and args are one line", () => {
    expect(commands({ command: ["/usr/bin/python3.10", "-m"], args: ["x"] })).toEqual([
      ["python", ["-m", "x"], ["c", "command", 0], null],
    ]);
  });

  test("args alone belong to the image's entry point", () => {
    expect(commands({ args: ["--model", "x"] })).toEqual([["", ["x"], ["c", "args", 0], null]]);
  });

  test.each([
    [["sh", "-c"], ["a; b"]],
    [["/bin/bash", "-lc"], ["a; b"]],
    [["bash", "-o", "pipefail", "-ec"], ["a; b"]],
    [["tini", "--", "bash", "-c"], ["a; b"]],
    [["/bin/busybox", "sh", "-c"], ["a; b"]],
    [[], ["sh", "-c", "a; b"]],
    [["sh", "-c", "exec bash -c 'a; b'"], []],
  ])("the script of %j %j", (command, args) => {
    expect(commands({ command, args }).map(([program]) => program)).toEqual(["a", "b"]);
  });

  test.each([
    ["exec"],
    ["exec", "-a", "x"].slice(0, 1),
    ["env", "A=b"],
    ["timeout", "10m"],
    ["gosu", "paddle"],
    ["nice", "-n5"],
  ])("the program behind %j", (...wrapper) => {
    expect(commands({ command: [...wrapper, "serve", "x"] })).toEqual([
      ["serve", ["x"], ["c", "command", wrapper.length], null],
    ]);
  });

  test("where a script runs", () => {
    const script = "a; cd x && b; cd /y; c; cd $Z; d";
    expect(commands({ workingDir: "/w", command: ["sh", "-c", script] }).map((each) => each[3])).toEqual([
      "/w",
      "/w/x",
      "/y",
      null,
    ]);
  });

  test("words that are no text are passed over", () => {
    const odd = { command: [null, 1, ["x"]] } as never;
    expect(commandsOf(odd, [], environmentOf({}))[0]?.words).toEqual(["", "1", ""]);
    const text = { command: "serve", env: { name: "A" } } as never;
    expect(commandsOf(text, [], environmentOf(text))).toEqual([]);
  });
});

describe("Kubernetes' references", () => {
  const get = (name: string): string | null | undefined => ({ A: "x", B: null })[name];
  test.each([
    ["$(A)/y", "x/y"],
    ["$(A)$(A)", "xx"],
    ["$$(A)", "$(A)"],
    ["$$$(A)", "$x"],
    ["$(B)", "$(B)"],
    ["$(NONE)", "$(NONE)"],
    ["$(A", "$(A"],
    ["$A ${A} $", "$A ${A} $"],
    ["a$", "a$"],
  ])("%s", (text, expected) => {
    expect(expandReferences(text, { get, spend: () => {} })).toBe(expected);
  });

  test("variables see those above them", () => {
    const environment = environmentOf({
      env: [
        { name: "LATE", value: "$(DIR)" },
        { name: "DIR", value: "/models" },
        { name: "DET", value: "$(DIR)/det" },
        { name: "KEY", valueFrom: { secretKeyRef: {} } },
        { name: "NUMBER", value: 3 },
        { name: "NOTHING" },
        "odd",
      ],
    });
    const names = ["LATE", "DIR", "DET", "KEY", "NUMBER", "NOTHING", "OTHER"];
    expect(names.map(environment.get)).toEqual([null, "/models", "/models/det", null, "3", "", undefined]);
  });
});

describe("values that double", () => {
  const many = Array.from({ length: 60 }, (_, index) => index);

  test("in the environment end judging", () => {
    const env = many.map((index) => ({
      name: `V${index}`,
      value: index === 0 ? "0123456789" : `$(V${index - 1})`.repeat(2),
    }));
    expect(environmentOf({ env: env.slice(0, 9) }).get("V3")).toBe("0123456789".repeat(8));
    expect(() => environmentOf({ env })).toThrow(OverBudgetError);
  });

  test("in a script end judging", () => {
    const script = `A=0123456789; ${"A=$A$A; ".repeat(60)} serve $A`;
    const raw = { command: ["sh", "-c", script] };
    expect(() => commandsOf(raw, [], environmentOf(raw))).toThrow(OverBudgetError);
  });

  test("in scripts within scripts share what is left", () => {
    const inner = `A=0123456789; ${"A=$A$A; ".repeat(14)} x $A`;
    const raw = { command: ["sh", "-c", `sh -c '${inner}';`.repeat(200)] };
    expect(() => commandsOf(raw, [], environmentOf(raw))).toThrow(OverBudgetError);
  });

  test("end judging where shells start shells without end", () => {
    const nested = (depth: number): string => (depth === 0 ? "serve" : `sh -c ${JSON.stringify(nested(depth - 1))}`);
    const raw = (depth: number) => ({ command: ["sh", "-c", nested(depth)] });
    expect(commandsOf(raw(3), [], environmentOf({}))[0]?.words).toEqual(["serve"]);
    expect(() => commandsOf(raw(4), [], environmentOf({}))).toThrow(OverBudgetError);
  });
});

describe("paths", () => {
  const environment = environmentOf({ env: [{ name: "HOME", value: "/home/paddle" }] });
  test.each([
    ["/a/../b//c/", null, "/b/c"],
    ["x", "/w", "/w/x"],
    ["../x", "/w/y", "/w/x"],
    ["x", null, null],
    ["~/x", null, "/home/paddle/x"],
    ["~", null, "/home/paddle"],
    ["/", null, "/"],
    ["$" + "{X}/y", "/w", null],
  ])("%s in %s", (path, directory, expected) => {
    expect(resolved(path, directory, environment)).toBe(expected);
    expect(resolved("~", null, environmentOf({}))).toBe("/root");
  });
});
