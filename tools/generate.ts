import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFromFile } from "json-schema-to-typescript";
import { LANGUAGES } from "../src/messages/language.ts";
import { configSchema } from "./generate/config-schema.ts";
import { valuesSchema } from "./generate/values-schema.ts";
import { installedTool, pinnedVersion, ToolMissingError } from "./install.ts";
import { inspectPolicies } from "./policies/catalogue.ts";
import { buildBundle, compilePolicies } from "./policies/compile.ts";
import { generateKinds } from "./schemas/build.ts";

const root = join(import.meta.dirname, "..");
const policies = join(root, "policies");

type Files = ReadonlyMap<string, string | Uint8Array>;

/** What is made of the Rego sources and the contracts: path relative to the project's root → content. */
async function compiled(): Promise<Files> {
  const opa = installedTool("opa");
  const { catalogue, texts } = inspectPolicies(opa, policies);
  const wasm = compilePolicies(opa, policies);
  const sources = globSync("**/*.rego", { cwd: policies })
    .filter((file) => !file.endsWith("_test.rego"))
    .sort();
  const manifest = {
    opa: pinnedVersion("opa"),
    entrypoint: "paddlock/violations",
    wasm: sha256(wasm),
    sources: Object.fromEntries(sources.map((file) => [file, sha256(readFileSync(join(policies, file)))])),
  };
  const configuration = configSchema(catalogue, texts.en);
  return new Map<string, string | Uint8Array>([
    ["policies/compiled/policy.wasm", wasm],
    ["policies/compiled/manifest.json", json(manifest)],
    ["policies/compiled/catalogue.json", json(catalogue)],
    ["policies/compiled/texts.en.json", json(texts.en)],
    ["policies/compiled/texts.zh.json", json(texts.zh)],
    ["src/contract/input.generated.ts", await inputTypes()],
    ["src/facts/schema/kinds.generated.ts", generateKinds()],
    ["fixtures/bundle/bundle.tar.gz", buildBundle(opa, join(root, "fixtures/bundle/source"))],
    ["fixtures/bundle/odd.tar.gz", buildBundle(opa, join(root, "fixtures/bundle/odd"))],
    [
      "fixtures/assertion/assert.tar.gz",
      buildBundle(opa, join(root, "fixtures/assertion/source"), { entrypoint: "paddlock/assert" }),
    ],
    ["schemas/config.schema.json", json(configuration)],
    ["deploy/chart/values.schema.json", json(valuesSchema(configuration))],
  ]);
}

/** What is made by running the program on its own fixtures, so after `compiled` was written. */
async function documented(): Promise<Files> {
  const { loadCatalogue, loadTexts } = await import("../src/rules/catalogue.ts");
  const { examplesOf } = await import("./generate/examples.ts");
  const { rulePage, rulePageFile } = await import("./generate/rule-pages.ts");
  const { readme, readmeFile, seedPicture } = await import("./generate/readme.ts");
  const catalogue = loadCatalogue();
  const files = new Map<string, string>();
  for (const language of LANGUAGES) {
    const examples = await examplesOf(catalogue, root, language);
    const texts = loadTexts(language);
    files.set(`policies/compiled/examples.${language}.json`, json(examples));
    files.set(readmeFile(language), readme(root, language, catalogue, texts));
    files.set(`docs/picture${language === "zh" ? ".zh" : ""}.svg`, seedPicture(root, language));
    for (const metadata of catalogue.rules) {
      const text = texts[metadata.id];
      const ofRule = examples[metadata.id];
      if (text === undefined || ofRule === undefined) throw new Error(`${metadata.id} has no words in ${language}`);
      const page = rulePage({ metadata, text, profiles: catalogue.profiles, examples: ofRule, language });
      files.set(`docs/rules/${rulePageFile(metadata.id, language)}`, page);
    }
  }
  return files;
}

/** The types of a rule's input, from the schema that is its contract. */
async function inputTypes(): Promise<string> {
  return compileFromFile(join(policies, "input.schema.json"), {
    additionalProperties: false,
    unknownAny: true,
    bannerComment: "// Generated from policies/input.schema.json by `npm run generate`. Do not edit.",
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Writes every generated file, or with `--check` writes nothing and tells which differ from their sources.
 * Exit status: 0, 1 where some differ, 2 where a tool is missing.
 */
async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  const stale = put(await compiled(), check);
  // With stale rules there is no use in asking what they say of the examples.
  if (!check || stale.length === 0) stale.push(...put(await documented(), check));
  if (check && stale.length > 0) {
    process.stderr.write(
      `not what \`npm run generate\` makes of the sources:\n${stale.map((f) => `  ${f}\n`).join("")}`,
    );
    process.exitCode = 1;
  } else {
    process.stderr.write(stale.length === 0 ? "all generated files are current\n" : `wrote ${stale.join(", ")}\n`);
  }
}

/** Writes the files that are not as they should be, unless it is a check; gives their names. */
function put(files: Files, check: boolean): string[] {
  const stale: string[] = [];
  for (const [file, content] of files) {
    const target = join(root, file);
    const bytes = Buffer.from(content);
    if (existsSync(target) && readFileSync(target).equals(bytes)) continue;
    stale.push(file);
    if (check) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  return stale;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
