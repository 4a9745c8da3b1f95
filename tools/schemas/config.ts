import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { buildSync } from "esbuild";

/** A JSON Schema with a name for its definitions to be found by. */
export interface ConfigSchema {
  readonly $id: string;
  readonly [keyword: string]: unknown;
}

const root = join(import.meta.dirname, "..", "..");

/**
 * Compiles the configuration's JSON Schema ahead, into one file without dependencies that exports `configuration` and
 * `setting`. `verbose` keeps the schema beside each error, from which messages and suggestions are made.
 * @param outDir where `config.cjs` is written.
 */
export function buildConfigValidator(outDir: string, schema: ConfigSchema = committedSchema()): void {
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, "config.cjs"), bundled(validatorSource(schema)));
}

function committedSchema(): ConfigSchema {
  return JSON.parse(readFileSync(join(root, "schemas", "config.schema.json"), "utf8"));
}

/** CommonJS that still requires ajv's small runtime. */
function validatorSource(schema: ConfigSchema): string {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    // Dates are checked by the code that also knows the calendar; formats would bring another library.
    validateFormats: false,
    strict: false,
    code: { source: true, optimize: 1 },
  });
  ajv.addSchema(schema);
  return standaloneCode.default(ajv, { configuration: schema.$id, setting: `${schema.$id}#/definitions/setting` });
}

function bundled(source: string): Uint8Array {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: root, loader: "js" },
    bundle: true,
    write: false,
    minify: true,
    format: "cjs",
    platform: "node",
    target: "node22",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild gave no output");
  return file.contents;
}
