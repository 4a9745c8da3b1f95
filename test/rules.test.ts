import { existsSync, globSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../src/commands/check/check.ts";
import { loadCatalogue, loadTexts } from "../src/rules/catalogue.ts";
import { expectGolden } from "./golden.ts";

const root = join(import.meta.dirname, "..");
const policies = globSync("policies/rules/*/*/", { cwd: root }).map((folder) => basename(folder));
const fixtures = readdirSync(join(root, "fixtures/rules"));
const catalogue = loadCatalogue();

describe("policies, fixtures and the catalogue name the same rules", () => {
  test("every rule has a folder of fixtures, and every folder a rule", () => {
    expect([...fixtures].sort()).toEqual([...policies].sort());
  });

  test("every rule is in the catalogue, in both languages, and in a profile", () => {
    expect(catalogue.rules.map(({ id }) => id)).toEqual([...policies].sort());
    for (const language of ["en", "zh"] as const) {
      expect(Object.keys(loadTexts(language)).sort()).toEqual([...policies].sort());
    }
    for (const id of policies) {
      const levels = Object.values(catalogue.profiles).map((profile) => profile[id]?.level);
      expect(
        levels.some((level) => level !== undefined && level !== "off"),
        id,
      ).toBe(true);
    }
  });

  test("every rule has Rego tests", () => {
    for (const folder of globSync("policies/rules/*/*/", { cwd: root })) {
      expect(existsSync(join(root, folder, `${basename(folder)}_test.rego`)), folder).toBe(true);
    }
  });
});

describe.each(fixtures)("%s", (rule) => {
  const folder = join(root, "fixtures/rules", rule);
  const files = readdirSync(folder).filter(
    (name) => /^(good|bad).*\.ya?ml$/.test(name) && !name.endsWith(".config.yaml"),
  );

  test("has a good and a bad example", () => {
    expect(
      files.some((name) => name.startsWith("good")),
      "good",
    ).toBe(true);
    expect(
      files.some((name) => name.startsWith("bad")),
      "bad",
    ).toBe(true);
  });

  test("its files get the reports that are expected of every rule", async () => {
    const reports: Record<string, unknown> = {};
    for (const name of files) {
      const config = join(folder, name.replace(/\.ya?ml$/, ".config.yaml"));
      const { report } = await check({
        paths: [join(folder, name)],
        cwd: root,
        alone: true,
        ...(existsSync(config) ? { config } : {}),
      });
      const findings = [...report.findings];
      const own = findings.filter((finding) => finding.rule === rule);
      if (name.startsWith("bad")) expect(own.length, `${name} is meant to break ${rule}`).toBeGreaterThan(0);
      else expect(own, `${name} is meant to keep ${rule}`).toEqual([]);
      reports[name] = { ...report, summary: { ...report.summary, durationMs: 0 }, findings };
    }
    expectGolden(join(folder, "expected.json"), `${JSON.stringify(reports, null, 2)}\n`);
  });
});
