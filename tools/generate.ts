import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { compileFromFile } from "json-schema-to-typescript";
import { configSchema } from "./generate/config-schema.ts";
import { installedTool, ToolMissingError } from "./install.ts";
import { inspectPolicies } from "./policies/catalogue.ts";
import { compilePolicies } from "./policies/compile.ts";
import { generateKinds } from "./schemas/build.ts";

const root = join(import.meta.dirname, "..");
const policies = join(root, "policies");

/** Every generated and committed file, path relative to the project's root → content. */
async function generated(): Promise<Map<string, string | Uint8Array>> {
  const opa = installedTool("opa");
  const { catalogue, texts } = inspectPolicies(opa, policies);
  const wasm = compilePolicies(opa, policies);
  const sources = globSync("**/*.rego", { cwd: policies })
    .filter((file) => !file.endsWith("_test.rego"))
    .sort();
  const manifest = {
    opa: "1.22.2",
    entrypoint: "paddlock/violations",
    wasm: sha256(wasm),
    sources: Object.fromEntries(sources.map((file) => [file, sha256(readFileSync(join(policies, file)))])),
  };
  return new Map<string, string | Uint8Array>([
    ["policies/compiled/policy.wasm", wasm],
    ["policies/compiled/manifest.json", json(manifest)],
    ["policies/compiled/catalogue.json", json(catalogue)],
    ["policies/compiled/texts.en.json", json(texts.en)],
    ["policies/compiled/texts.zh.json", json(texts.zh)],
    ["src/evaluation/input.generated.ts", await inputTypes()],
    ["src/schemas/kinds.generated.ts", generateKinds()],
    ["schemas/config.schema.json", json(configSchema(catalogue, texts.en))],
  ]);
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
  const stale: string[] = [];
  for (const [file, content] of await generated()) {
    const target = join(root, file);
    const bytes = Buffer.from(content);
    if (existsSync(target) && readFileSync(target).equals(bytes)) continue;
    stale.push(relative(root, target));
    if (check) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  if (check && stale.length > 0) {
    process.stderr.write(
      `not what \`npm run generate\` makes of the sources:\n${stale.map((f) => `  ${f}\n`).join("")}`,
    );
    process.exitCode = 1;
  } else {
    process.stderr.write(stale.length === 0 ? "all generated files are current\n" : `wrote ${stale.join(", ")}\n`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
