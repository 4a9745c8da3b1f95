import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";

/** What each file imports: types too, and what is loaded later. Paths from the root. */
type Imports = ReadonlyMap<string, readonly string[]>;

const root = `${import.meta.dirname}/..`;
const sources = globSync("src/**/*.ts", { cwd: root }).map((file) => file.replaceAll("\\", "/"));
const imports: Imports = new Map(
  sources.map((file) => [file, importsOf(file, readFileSync(join(root, file), "utf8"))]),
);

describe("the imports of src", () => {
  it("all lead to files that are there", () => {
    const files = new Set(sources);
    const astray = [...imports].flatMap(([file, imported]) =>
      imported.filter((each) => each.startsWith("src/") && !files.has(each)).map((each) => `${file} imports ${each}`),
    );
    expect(astray).toEqual([]);
    expect([...imports.values()].flat().length).toBeGreaterThan(sources.length);
  });

  it("go round in no circle of files", () => {
    expect(circles(imports, (file) => file)).toEqual([]);
  });

  it("go round in no circle of folders, where a folder and those in it are each one", () => {
    expect(circles(imports, dirname)).toEqual([]);
  });
});

describe("a circle", () => {
  it.each([
    ["an import", 'import { b } from "../b/b.ts";'],
    ["an import of types", 'import type { B } from "../b/b.ts";'],
    ["an import for its effects", 'import "../b/b.ts";'],
    ["an export", 'export { b } from "../b/b.ts";'],
    ["an export of all", 'export * from "../b/b.ts";'],
    ["a later import", 'const b = await import("../b/b.ts");'],
    ["a type in place", 'let b: typeof import("../b/b.ts");'],
  ])("is seen by %s", (_, text) => {
    const both = new Map([
      ["src/a/a.ts", importsOf("src/a/a.ts", text)],
      ["src/b/b.ts", importsOf("src/b/b.ts", 'import "./c.ts";')],
      ["src/b/c.ts", importsOf("src/b/c.ts", 'import "../a/a.ts"; import "node:fs"; // import "./b.ts"')],
    ]);
    expect(circles(both, (file) => file)).toEqual([
      ["src/a/a.ts imports src/b/b.ts", "src/b/b.ts imports src/b/c.ts", "src/b/c.ts imports src/a/a.ts"],
    ]);
    expect(circles(both, dirname)).toEqual([["src/a/a.ts imports src/b/b.ts", "src/b/c.ts imports src/a/a.ts"]]);
  });

  it("is also one of a folder and the folder that holds it", () => {
    const both = new Map([
      ["src/a/a.ts", ["src/a/deep/b.ts"]],
      ["src/a/deep/b.ts", ["src/a/other.ts"]],
      ["src/a/other.ts", []],
    ]);
    expect(circles(both, (file) => file)).toEqual([]);
    expect(circles(both, dirname)).toEqual([
      ["src/a/a.ts imports src/a/deep/b.ts", "src/a/deep/b.ts imports src/a/other.ts"],
    ]);
  });
});

function importsOf(file: string, text: string): readonly string[] {
  const { program, errors } = parseSync(file, text);
  expect(errors, file).toEqual([]);
  const specifiers: unknown[] = [];
  const sourceOf = ({ source }: { readonly source: unknown }): void => void specifiers.push(source);
  new Visitor({
    ImportDeclaration: sourceOf,
    ExportNamedDeclaration: sourceOf,
    ExportAllDeclaration: sourceOf,
    ImportExpression: sourceOf,
    TSImportType: sourceOf,
  }).visit(program);
  return specifiers
    .map((each) => (typeof each === "object" && each !== null && "value" in each ? String(each.value) : ""))
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => join(dirname(file), specifier));
}

/**
 * Circles that a walk along the imports meets, each as the imports that make it; none only where there is none.
 * `place` says which files are one.
 */
function circles(all: Imports, place: (file: string) => string): readonly (readonly string[])[] {
  const ways = new Map<string, Map<string, string>>();
  for (const [file, imported] of all) {
    for (const each of imported) {
      const [from, to] = [place(file), place(each)];
      if (from === to) continue;
      const there = ways.get(from) ?? new Map<string, string>();
      ways.set(from, there.set(to, there.get(to) ?? `${file} imports ${each}`));
    }
  }
  const found: (readonly string[])[] = [];
  const seen = new Set<string>();
  const walk = (at: string, path: readonly string[], steps: readonly string[]): void => {
    const again = path.indexOf(at);
    if (again >= 0) found.push(steps.slice(again));
    if (seen.has(at)) return;
    seen.add(at);
    for (const [next, step] of ways.get(at) ?? []) walk(next, [...path, at], [...steps, step]);
  };
  for (const at of ways.keys()) walk(at, [], []);
  return found;
}
