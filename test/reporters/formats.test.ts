import { join } from "node:path";
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/messages/language.ts";
import { FORMATS, isFormat, loadReporter } from "../../src/reporters/formats.ts";
import type { ReportContext } from "../../src/reporters/reporter.ts";
import { expectGolden as expectFile } from "../golden.ts";
import { context, finding, render, report, sample, sampleFindings } from "./sample.ts";

const EXTENSIONS: { readonly [format: string]: string } = {
  text: "txt",
  compact: "txt",
  json: "json",
  sarif: "sarif",
  junit: "xml",
  github: "txt",
  gitlab: "json",
  checkstyle: "xml",
  markdown: "md",
};

function expectGolden(name: string, text: string): void {
  expectFile(join(import.meta.dirname, "golden", name), text);
}

async function rendered(format: string, language: Language, over: Partial<ReportContext> = {}): Promise<string> {
  if (!isFormat(format)) throw new Error(format);
  const reporter = await loadReporter(format);
  return render(reporter(sample(language), context({ language, ...over })));
}

describe.each(FORMATS)("%s", (format) => {
  it.each(["en", "zh"] as const)("writes the whole report in %s", async (language) => {
    expectGolden(`${format}.${language}.${EXTENSIONS[format]}`, await rendered(format, language));
  });

  it("gives the same bytes for the same report", async () => {
    expect(await rendered(format, "en")).toBe(await rendered(format, "en"));
  });

  it("says so when there is nothing to say", async () => {
    if (!isFormat(format)) throw new Error(format);
    const reporter = await loadReporter(format);
    expectGolden(`${format}.clean.${EXTENSIONS[format]}`, render(reporter(report([]), context())));
  });

  it("never lets a manifest speak to the terminal", async () => {
    const text = await rendered(format, "en");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    if (!["json", "sarif"].includes(format)) expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
  });

  it("hands the report out in pieces as it reads the findings", async () => {
    if (!isFormat(format)) throw new Error(format);
    const findings = Array.from({ length: 3_000 }, (_, index) =>
      finding("deploy/ocr.yaml", "labels", { rule: "network-policy", file: `f${index}.yaml`, fingerprint: `${index}` }),
    );
    const reporter = await loadReporter(format);
    let longest = 0;
    let total = 0;
    for (const piece of reporter(report(findings), context())) {
      longest = Math.max(longest, piece.length);
      total += piece.length;
    }
    expect(total).toBeGreaterThan(0);
    // The JSON report hands on chunks as the findings keep them.
    if (format !== "json") expect(longest).toBeLessThan(10_000);
  });
});

describe("text", () => {
  it.each([40, 200])("fits %i columns", async (columns) => {
    expectGolden(`text.en.${columns}.txt`, await rendered("text", "en", { columns }));
  });

  it("has colours, which say nothing that the words do not say", async () => {
    const chalk = new Chalk({ level: 1 });
    const coloured = await rendered("text", "en", { colour: chalk });
    expectGolden("text.en.colour.txt", coloured);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours themselves
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(await rendered("text", "en"));
  });

  it("does without the source of a file", async () => {
    const text = await rendered("text", "en", { sourceText: () => undefined });
    expect(text).toContain("deploy/ocr.yaml:9:7  [network-policy]");
    expect(text).not.toContain("^");
  });
});

it("has a reporter for every format of the contract", () => {
  expect(FORMATS).toEqual(Object.keys(EXTENSIONS));
  expect(isFormat("constructor")).toBe(false);
  expect(sampleFindings("en").length).toBeGreaterThan(0);
});
