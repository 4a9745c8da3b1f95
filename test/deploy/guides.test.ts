import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { digest } from "./render.ts";
import { root } from "./tools.ts";

const docs = join(root, "docs");
const guides = ["admission", "admission-outage", "air-gapped", "sizing", "static-admission", "threat-model"];
const files = guides.flatMap((guide) => [`${guide}.md`, `${guide}.zh.md`]);
const schema = JSON.parse(readFileSync(join(root, "deploy/chart/values.schema.json"), "utf8"));
/** Guides show parts of values. */
const partial = new Ajv({ allErrors: true, strict: false }).compile({ ...schema, $schema: undefined, required: [] });

describe("the guides", () => {
  test.each(files)("lead somewhere: the links of %s", (file) => {
    for (const [, target = ""] of text(file).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const linked = path === "" ? join(docs, file) : join(docs, dirname(file), path);
      expect(existsSync(linked), target).toBe(true);
      if (anchor !== undefined) expect(anchors(readFileSync(linked, "utf8")), target).toContain(anchor);
    }
  });

  test.each(files)("show values that the chart takes: %s", (file) => {
    for (const { language, code } of blocks(text(file))) {
      if (language !== "yaml") continue;
      const values: unknown = parse(code.replaceAll("sha256:…", digest));
      expect(values).toBeTypeOf("object");
      expect(partial(values), JSON.stringify(partial.errors)).toBe(true);
    }
  });

  test.each(guides)("say the same in both languages: %s", (guide) => {
    const [english, chinese] = [text(`${guide}.md`), text(`${guide}.zh.md`)];
    expect(shape(chinese)).toEqual(shape(english));
    // Comments are words; commands, queries and values are not.
    const bare = (from: string): readonly string[] =>
      blocks(from)
        .filter(({ language }) => language !== "")
        .map(({ code }) => code.replaceAll(/ +#.*$/gm, ""));
    expect(bare(chinese)).toEqual(bare(english));
  });

  test("name values of the chart that exist", () => {
    for (const file of files)
      for (const [, name = ""] of text(file).matchAll(
        /`((?:webhook|certificates|audit|monitoring|networkPolicy|server)\.[A-Za-z.]+)`/g,
      ))
        expect(valueSchema(name), `${name} in ${file}`).toBeDefined();
  });
});

describe("the threat model", () => {
  const models = ["threat-model.md", "threat-model.zh.md"];

  test.each(models)("claims nothing that no test shows: %s", (file) => {
    const claims = text(file)
      .split("\n")
      .filter((line) => line.split(" | ").length === 4 && !/^\| (?:an attempt|企图) \|/.test(line));
    expect(claims.length).toBeGreaterThan(30);
    for (const claim of claims) expect(shownBy(claim), claim).not.toEqual([]);
    for (const { path, name } of shownBy(text(file))) {
      expect(readFileSync(join(docs, path), "utf8"), path).toContain(name);
    }
  });

  test("names the same tests in both languages", () => {
    const [english = "", chinese = ""] = models.map(text);
    expect(shownBy(chinese)).toEqual(shownBy(english));
  });
});

/** The tests that a text names, each by its file and its name. */
function shownBy(from: string): readonly { readonly path: string; readonly name: string }[] {
  return [...from.matchAll(/\]\((\.\.\/test\/[^)]+)\): "([^"]+)"/g)].map(([, path = "", name = ""]) => ({
    path,
    name,
  }));
}

function text(file: string): string {
  return readFileSync(join(docs, file), "utf8");
}

function blocks(from: string): readonly { readonly language: string; readonly code: string }[] {
  return [...from.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** How a text is built: the levels of its headings, its tables' rows, its list items. */
function shape(from: string): readonly string[] {
  const bare = from.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...bare.matchAll(/^ *(#+|\||-|\d\.)(?=[ |-])/gm)].map(([, mark = ""]) => mark);
}

function anchors(from: string): readonly string[] {
  return [...from.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The schema of a value by its dotted name. */
function valueSchema(name: string): unknown {
  let at: unknown = schema;
  for (const key of name.split(".")) {
    if (typeof at !== "object" || at === null || !("properties" in at)) return undefined;
    const { properties } = at;
    if (typeof properties !== "object" || properties === null) return undefined;
    at = Object.entries(properties).find(([each]) => each === key)?.[1];
  }
  return at;
}
