import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../cli/run.ts";
import { englishIn } from "./english.ts";

/** Every file of src that holds the words of an area and lets others have them. */
const files = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => /^export const \w+: Words</m.test(readFileSync(join(root, file), "utf8")))
  .sort();

/** Something that does for a text, a number, a list of texts, a time and an error, and shows up where it is said. */
function sample(index: number): unknown {
  const text = `X${index}Y`;
  const says = { describe: () => text, toISOString: () => text, replace: () => text, stack: text, message: text };
  return Object.assign([text], says);
}

/** What a text or a function says, and how often it names what it is given. */
function said(value: unknown): string {
  if (typeof value !== "function") return JSON.stringify(value);
  const args = Array.from({ length: value.length }, (_, index) => sample(index));
  return JSON.stringify(value(...args));
}

/** Each text of a tree, by its path. */
function* leaves(value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, each] of Object.entries(value)) yield* leaves(each, `${path}.${key}`);
  } else yield [path, value];
}

/** What takes a name of a thing of ours, and says it in words; and what takes more than a few texts. */
const translates =
  /\.(?:unknown|notMapping|type|keyIsCollection|foreignBreak|unexpected|endsBefore|brokenPart|payloadLacks|scope|container|forbiddenRelation|without|excluded|neverJudged|noTime|configuration)$/;
const special = /^budgetWords$|\.steps$|\.overBudget$/;

/** Names that stand for themselves, tables of codes, and what only one language has a word for. */
const same = /\.(?:profiles|columns|place|none|null|noYaml|failed|quoted|list|join|address|separator)\b/;

test("there are files of words", () => {
  expect(files.length).toBeGreaterThan(20);
});

test.each(files)("%s says the same in both languages", async (file) => {
  const module: Record<string, unknown> = await import(join(root, file));
  for (const [name, both] of Object.entries(module)) {
    if (typeof both !== "object" || both === null || !("en" in both) || !("zh" in both)) continue;
    const english = new Map(leaves(both.en, name));
    const chinese = new Map(leaves(both.zh, name));
    expect([...chinese.keys()], name).toEqual([...english.keys()]);
    for (const [path, value] of english) {
      const other = chinese.get(path);
      expect(typeof other, path).toBe(typeof value);
      if (typeof value === "function" && typeof other === "function")
        expect(other.length, path).toBeLessThanOrEqual(value.length);
      if (special.test(path)) continue;
      const [one, two] = [said(value), said(other)];
      if (!translates.test(path))
        for (const [named] of one.matchAll(/X\dY/g)) expect(two, `${path} names what English names`).toContain(named);
      if (same.test(path)) continue;
      const words = englishIn(
        JSON.stringify(two)
          .slice(1, -1)
          .replaceAll(/\\"|\\n/g, " ")
          .replaceAll(/X\dY|undefined|NaN|object Object/g, " "),
      );
      expect(words, `${path}: ${two}`).toEqual([]);
    }
  }
});
