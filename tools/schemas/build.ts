import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { compileChunks } from "./compile.ts";
import { completeFromDeclarations } from "./declarations.ts";
import { kindsModule } from "./kinds.ts";
import { withPaddle } from "./paddle.ts";
import { placesOf } from "./places.ts";
import { modelFolders, recoverCatalogue } from "./recover.ts";
import type { SchemaCatalogue } from "./schema-node.ts";
import { strictCatalogue } from "./strict.ts";

/** Everything that can be validated: the kinds of Kubernetes and those of Paddle. */
export function schemaCatalogue(): SchemaCatalogue {
  return strictCatalogue(withPaddle(completeFromDeclarations(recoverCatalogue())));
}

/** The generated module of the sources: `src/facts/schema/kinds.generated.ts`. */
export function generateKinds(): string {
  return kindsModule(schemaCatalogue());
}

/**
 * Writes the compiled validators into a folder: one CommonJS file for each kind, a few shared ones, and `places.json`,
 * which says where in a kind a field belongs. Does nothing where the folder already holds what the same inputs gave.
 * Each file appears as a whole, so that several processes may build at once.
 */
export async function buildSchemas(outDir: string): Promise<void> {
  const hash = inputsHash();
  if (readIfThere(join(outDir, STAMP)) === hash) return;
  const catalogue = schemaCatalogue();
  mkdirSync(outDir, { recursive: true });
  const files = [...compileChunks(catalogue)].map(async ([name, code]) => {
    const { code: small } = await transform(code, { minify: true, treeShaking: true, format: "cjs", target: "node22" });
    writeWhole(join(outDir, `${name}.cjs`), small);
  });
  await Promise.all(files);
  writeWhole(join(outDir, "places.json"), JSON.stringify(placesOf(catalogue)));
  writeWhole(join(outDir, STAMP), hash);
}

const STAMP = "inputs.sha256";

function writeWhole(file: string, content: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

/** The sources of this tool, and the packages that it reads and runs. */
function inputsHash(): string {
  const hash = createHash("sha256");
  for (const file of globSync("*.ts", { cwd: import.meta.dirname }).sort()) {
    hash.update(file).update(readFileSync(join(import.meta.dirname, file)));
  }
  for (const folder of modelFolders()) hash.update(readFileSync(join(folder, "package.json")));
  for (const name of ["ajv", "esbuild"]) {
    hash.update(readFileSync(new URL(import.meta.resolve(`${name}/package.json`))));
  }
  return hash.digest("hex");
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
