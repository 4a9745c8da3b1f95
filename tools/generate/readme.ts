import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../../src/messages/language.ts";
import type { Catalogue, RuleText } from "../../src/rules/metadata.ts";
import { terminalPicture } from "./picture.ts";
import { ruleTable } from "./rule-pages.ts";

const pictureColumns = 88;

/**
 * The README with its generated parts as they should be: what the first command prints, and the table of rules. They
 * stand between `<!-- NAME -->` and `<!-- /NAME -->`.
 * @throws Error where a part is missing.
 */
export function readme(
  root: string,
  language: Language,
  catalogue: Catalogue,
  texts: { readonly [rule: string]: RuleText },
): string {
  const text = readFileSync(join(root, readmeFile(language)), "utf8");
  const output = `\`\`\`console\n$ npm ci && npx paddlock check fixtures/seed\n${seedReport(root, language, 80, "never")}\n\`\`\``;
  const table = ruleTable(catalogue, texts, language, "docs/rules");
  return withPart(withPart(text, "seed", output), "rules", table);
}

export function readmeFile(language: Language): string {
  return language === "zh" ? "README.zh-CN.md" : "README.md";
}

/** The picture of the terminal for the README. */
export function seedPicture(root: string, language: Language): string {
  const report = seedReport(root, language, pictureColumns, "always");
  return terminalPicture(["$ npx paddlock check fixtures/seed", "", ...report.split("\n")], pictureColumns);
}

/** What the built program prints on the seed. How long it took differs each time: a usual figure stands for it. */
function seedReport(root: string, language: Language, columns: number, color: string): string {
  const words = [join(root, "bin/paddlock.cjs"), "check", "fixtures/seed", "--color", color, "--lang", language];
  const env = { ...process.env, COLUMNS: String(columns), GITHUB_STEP_SUMMARY: "" };
  const { stdout, status, stderr } = spawnSync(process.execPath, words, { cwd: root, env, encoding: "utf8" });
  if (status !== 1) throw new Error(`paddlock check fixtures/seed ended with ${status}: ${stderr}`);
  return stdout.trimEnd().replace(/\d+(?=\s*(?:ms|毫秒))/g, "24");
}

function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the README has no part between ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${part}\n${text.slice(to)}`;
}
