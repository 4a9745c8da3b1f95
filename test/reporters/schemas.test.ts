import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { jsonReport } from "../../src/reporters/json.ts";
import { junitReport } from "../../src/reporters/junit.ts";
import { sarifReport } from "../../src/reporters/sarif.ts";
import { context, render, report, sample } from "./sample.ts";

const DATA = process.env.PADDLOCK_DATA;

function dataFile(name: string): string | null {
  const file = DATA === undefined ? null : join(DATA, name);
  return file !== null && existsSync(file) ? file : null;
}

const REPORTS = [
  ["en", sample("en")],
  ["zh", sample("zh")],
  ["clean", report([])],
] as const;

describe("schemas/report.schema.json", () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemas/report.schema.json"), "utf8"));
  const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true }).compile(
    schema,
  );

  it.each(REPORTS)("fits the JSON report (%s)", (_, input) => {
    const parsed = JSON.parse(render(jsonReport(input)));
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
    expect(parsed.findings).toEqual([...input.findings]);
  });

  it.each([
    ["an unknown key", (value: Mutable) => Object.assign(value.findings[0] ?? {}, { extra: 1 })],
    ["a finding without a place", (value: Mutable) => delete value.findings[0]?.line],
    ["line 0", (value: Mutable) => Object.assign(value.findings[0] ?? {}, { line: 0 })],
    [
      "a waived finding without its waiver",
      (value: Mutable) => Object.assign(value.findings[0] ?? {}, { outcome: "waived" }),
    ],
    [
      "an error that was not judged",
      (value: Mutable) => Object.assign(value.findings[0] ?? {}, { outcome: "not-judged" }),
    ],
    ["a version of the contract that is not ours", (value: Mutable) => Object.assign(value, { schemaVersion: 2 })],
    ["a summary without a figure", (value: Mutable) => delete value.summary.workloads],
  ])("refuses %s", (_, spoil) => {
    const parsed = JSON.parse(render(jsonReport(sample("en"))));
    spoil(parsed);
    expect(validate(parsed)).toBe(false);
  });
});

interface Mutable {
  findings: Record<string, unknown>[];
  summary: Record<string, unknown>;
}

describe("SARIF 2.1.0", () => {
  const file = dataFile("sarif-schema-2.1.0.json");
  it.skipIf(file === null)("fits its schema (needs PADDLOCK_DATA)", () => {
    // Draft 04, of which ajv reads all that this schema uses once it does not name the draft.
    const { $schema, id, ...schema } = JSON.parse(readFileSync(file ?? "", "utf8"));
    expect([$schema, id]).toEqual([expect.stringContaining("draft-04"), expect.stringContaining("sarif-schema-2.1.0")]);
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    for (const [, input] of REPORTS) {
      const log = JSON.parse(render(sarifReport(input, context())));
      expect(validate(log), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
    }
  });
});

describe("JUnit", () => {
  const file = dataFile("junit-10.xsd");
  const xmllint = spawnSync("xmllint", ["--version"]).status === 0;
  it.skipIf(file === null || !xmllint)("fits its schema (needs PADDLOCK_DATA and xmllint)", () => {
    for (const [, input] of REPORTS) {
      const xml = render(junitReport(input, context()));
      const run = spawnSync("xmllint", ["--noout", "--schema", file ?? "", "-"], { input: xml, encoding: "utf8" });
      expect(run.stderr).toBe("- validates\n");
    }
  });
});
