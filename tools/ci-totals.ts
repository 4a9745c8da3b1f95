import { readFileSync } from "node:fs";

/** How many tests of a suite passed, failed and were skipped. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * The totals in a report: vitest's JSON, or `{passed, failed, skipped}`. A file of tests that could not even be loaded
 * counts as one failure, for none of its tests was run.
 * @throws TypeError where it is neither.
 */
export function totalsOf(report: unknown): Totals {
  const passed = count(report, "numPassedTests") ?? count(report, "passed");
  const failed = count(report, "numFailedTests") ?? count(report, "failed");
  if (passed === undefined || failed === undefined) throw new TypeError("no report of a test runner");
  const skipped =
    (count(report, "numPendingTests") ?? count(report, "skipped") ?? 0) + (count(report, "numTodoTests") ?? 0);
  return { passed, failed: failed + filesNotRun(report), skipped };
}

function filesNotRun(report: unknown): number {
  const files = property(report, "testResults");
  if (!Array.isArray(files)) return 0;
  return files.filter((file) => {
    const tests = property(file, "assertionResults");
    const failing = Array.isArray(tests) && tests.some((test) => property(test, "status") === "failed");
    return property(file, "status") === "failed" && !failing;
  }).length;
}

function count(value: unknown, key: string): number | undefined {
  const found = property(value, key);
  return typeof found === "number" ? found : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
}

/** Prints a line for each suite, `NAME=FILE`, and last the sum. A suite without a report counts as one failure. */
function main(suites: readonly string[]): void {
  let passed = 0;
  let failed = 0;
  for (const suite of suites) {
    const [name = "", file = ""] = suite.split("=", 2);
    let totals: Totals;
    try {
      totals = totalsOf(JSON.parse(readFileSync(file, "utf8")));
      process.stdout.write(`${name}: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
    } catch (error) {
      totals = { passed: 0, failed: 1, skipped: 0 };
      process.stdout.write(`${name}: left no report (${error instanceof Error ? error.message : String(error)})\n`);
    }
    passed += totals.passed;
    failed += totals.failed;
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.main) main(process.argv.slice(2));
