import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../../src/commands/check/check.ts";
import type { Language } from "../../src/messages/language.ts";
import { type Example, exampleOf, type RuleExamples } from "../../src/rules/example.ts";
import type { Catalogue } from "../../src/rules/metadata.ts";

/**
 * A good and a bad example of each rule out of its fixtures, with what the rule says of them. Judged by the rules as
 * they are compiled in `policies/compiled`.
 * @param root the project's folder
 */
export async function examplesOf(
  catalogue: Catalogue,
  root: string,
  language: Language,
): Promise<{ readonly [rule: string]: RuleExamples }> {
  const examples: Record<string, RuleExamples> = {};
  for (const { id } of catalogue.rules) {
    const folder = join(root, "fixtures/rules", id);
    examples[id] = {
      good: await example(folder, "good", id, root, language),
      bad: await example(folder, "bad", id, root, language),
    };
  }
  return examples;
}

async function example(
  folder: string,
  kind: "good" | "bad",
  rule: string,
  cwd: string,
  language: Language,
): Promise<Example | null> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  // The plain one, else the first that needs no configuration of its own.
  const candidates = names
    .filter((name) => name.startsWith(kind) && name.endsWith(".yaml") && !name.endsWith(".config.yaml"))
    .filter((name) => !names.includes(name.replace(/\.yaml$/, ".config.yaml")))
    .sort();
  const name = candidates.find((each) => each === `${kind}.yaml`) ?? candidates[0];
  if (name === undefined) return null;
  const file = join(folder, name);
  const { report } = await check({ paths: [file], cwd, alone: true, rules: [rule], language });
  const findings = [...report.findings].filter((finding) => finding.rule === rule);
  return exampleOf(readFileSync(file, "utf8"), findings);
}
