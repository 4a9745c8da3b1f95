import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isFact } from "../../src/facts/facts.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";

const rules = join(import.meta.dirname, "../../policies/rules");

/** Where a fact is in the input: what a rule reads that does not name it under needs is never there. */
const places: readonly (readonly [RegExp, (match: RegExpMatchArray) => string])[] = [
  [/\bcontainer\.models\b/g, () => "models"],
  [/\bpod\.network\b|\binput\.policy\b/g, () => "network"],
  [/\bpod\.claims\b/g, () => "claims"],
  [/\bpod\.services\b/g, () => "services"],
  [/\bimage\.signature\b/g, () => "signatures"],
  [/\binput\.(schema|unseen)\b/g, ([, name = ""]) => name],
  [/\binput\.related\.([A-Za-z]+)/g, ([, name = ""]) => `related.${name}`],
  [/\binput\.related, \["([A-Za-z]+)"/g, ([, name = ""]) => `related.${name}`],
];

describe.each(loadCatalogue().rules.map((rule) => [rule.id, rule] as const))("%s", (id, { category, needs }) => {
  const files = globSync(`${category}/${id}/*.rego`, { cwd: rules }).filter((file) => !file.endsWith("_test.rego"));
  const source = files.map((file) => readFileSync(join(rules, file), "utf8").replaceAll(/^\s*#.*$/gm, "")).join("\n");
  const read = new Set(places.flatMap(([place, name]) => [...source.matchAll(place)].map(name)));

  test("names every fact that it reads, and none that it does not", () => {
    expect(source).toContain("violations contains");
    expect([...read].sort()).toEqual([...needs].sort());
  });

  test("names facts that there are", () => {
    for (const need of needs) expect(isFact(need), need).toBe(true);
  });
});
