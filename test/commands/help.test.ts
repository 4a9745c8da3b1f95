import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { helpText } from "../../src/commands/help/help.ts";
import type { Language } from "../../src/messages/language.ts";
import { textWidth } from "../../src/reporters/width.ts";
import { expectGolden } from "../golden.ts";

const languages: readonly Language[] = ["en", "zh"];
const commands = ["check", "explain", "serve", "audit", "enforce", "exempt", "verify", "generate", "init"];
const all = [[], ...commands.map((name) => [name]), ["generate", "static-admission"]];

/** Without what is there to be copied: usages, examples, and the names of options. */
function prose(text: string): readonly string[] {
  return text.split("\n").filter((line) => !/^(?: {2})?(?:kubectl |helm |paddlock |--|-\w, )/.test(line.trimStart()));
}

describe.each(languages)("the help (%s)", (language) => {
  it.each([60, 80, 120])("keeps to %i cells, and says the same", (columns) => {
    const words = (text: string): string => text.replaceAll(/\s+/g, "");
    for (const command of all) {
      const text = helpText(command, language, columns);
      expect(prose(text).filter((line) => textWidth(line) > columns)).toEqual([]);
      expect(words(text)).toBe(words(helpText(command, language, 10_000)));
    }
  });

  it.each(["exempt", "check"])("of %s reads well in 80 cells", (command) => {
    expectGolden(
      join(import.meta.dirname, `golden/help.${command}.${language}.txt`),
      helpText([command], language, 80),
    );
  });

  it("names rules where a command takes some, and says of each what its exit status means", () => {
    const named = all.filter((command) => helpText(command, language, 80).includes("run-as-non-root"));
    expect(named).toEqual([["check"], ["explain"], ["audit"]]);
    const findings = language === "zh" ? "1 发现问题" : "1 findings";
    const told = commands.filter((command) => helpText([command], language, 80).includes(findings));
    expect(told).toEqual(["check", "audit"]);
    for (const command of all) expect(helpText(command, language, 80)).toMatch(/Exit status: 0 |退出码：0 /);
  });

  it("of generate names the help of what it makes", () => {
    expect(helpText(["generate"], language, 80)).toContain("paddlock generate static-admission --help");
  });
});

it("has no half-width colon behind Chinese", () => {
  for (const command of all) expect(helpText(command, "zh", 80)).not.toMatch(/\p{Script=Han}\s*:/u);
});
