import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { installedTool, ToolMissingError } from "../install.ts";

const root = join(import.meta.dirname, "../..");
/** The data beside the policies is for the program, not for OPA. */
const sourcesOnly = ["--ignore", "*.json", "--ignore", "*.yaml"];

/** What OPA says of one test. */
interface RegoTest {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: unknown;
}

/**
 * Checks the Rego sources: types against the schema of the input, format, and their own tests.
 * @returns whether everything is right. What is not has been written to standard error.
 */
function checkPolicies(opa: string, report: string | null): boolean {
  const checked = [checkTypes(opa), run(opa, ["fmt", "--diff", "--fail", "policies"], "opa fmt")];
  return [...checked, runTests(opa, report)].every(Boolean);
}

/** `schema.input` in the METADATA is the file `input.json` of a folder in which OPA finds schemas and nothing else. */
function checkTypes(opa: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-schema-"));
  try {
    copyFileSync(join(root, "policies/input.schema.json"), join(folder, "input.json"));
    return run(opa, ["check", "--strict", "--schema", folder, ...sourcesOnly, "policies"], "opa check");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(opa: string, words: readonly string[], name: string): boolean {
  const { status } = spawnSync(opa, words, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  process.stderr.write(`${name}: ${status === 0 ? "ok" : `failed (exit status ${status})`}\n`);
  return status === 0;
}

function runTests(opa: string, report: string | null): boolean {
  const words = ["test", "--format", "json", "--timeout", "60s", ...sourcesOnly, "policies"];
  const { status, stdout, stderr } = spawnSync(opa, words, { cwd: root, encoding: "utf8", maxBuffer: 256 << 20 });
  process.stderr.write(stderr);
  let tests: readonly RegoTest[];
  try {
    tests = JSON.parse(stdout);
  } catch {
    process.stderr.write(`opa test: gave no report (exit status ${status})\n${stdout}`);
    return false;
  }
  const failed = tests.filter((test) => test.fail === true || test.error !== undefined);
  for (const test of failed) process.stderr.write(`opa test: ${test.package}.${test.name} failed\n`);
  const skipped = tests.filter((test) => test.skip === true).length;
  const passed = tests.length - failed.length - skipped;
  process.stdout.write(`opa test: ${passed} passed, ${failed.length} failed, ${skipped} skipped\n`);
  if (report !== null) {
    mkdirSync(dirname(resolve(report)), { recursive: true });
    writeFileSync(report, `${JSON.stringify({ passed, failed: failed.length, skipped })}\n`);
  }
  // No test at all is no proof of anything.
  return status === 0 && failed.length === 0 && passed > 0;
}

try {
  const [option, file] = process.argv.slice(2);
  if (option !== undefined && (option !== "--report" || file === undefined)) throw new TypeError("--report FILE");
  if (!checkPolicies(installedTool("opa"), file ?? null)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
