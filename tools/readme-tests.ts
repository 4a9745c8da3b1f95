import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const readmes = ["README.md", "README.zh-CN.md"];
/** The two lines under the README's test command. */
const shown = /^ Test Files {2}.*\n {6}Tests {2}.*$/m;

/** What vitest's JSON report says of a run. */
interface Counts {
  readonly files: { readonly passed: number; readonly total: number };
  readonly tests: { readonly passed: number; readonly total: number };
}

function countsOf(report: string): Counts {
  const { testResults, numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8"));
  const passed = testResults.filter((file: { assertionResults: readonly { status: string }[] }) =>
    file.assertionResults.some(({ status }) => status === "passed"),
  );
  return {
    files: { passed: passed.length, total: testResults.length },
    tests: { passed: numPassedTests, total: numTotalTests },
  };
}

/** The lines as vitest prints them where nothing failed. */
function linesOf({ files, tests }: Counts): string {
  const line = ({ passed, total }: { readonly passed: number; readonly total: number }): string =>
    `${passed} passed${passed === total ? "" : ` | ${total - passed} skipped`} (${total})`;
  return ` Test Files  ${line(files)}\n      Tests  ${line(tests)}`;
}

/**
 * Whether the lines that a README shows fit a run. How many tests are skipped depends on the machine; and where real files
 * are given there are more tests than a reader sees, a few for each.
 */
function fits(found: string, counts: Counts): boolean {
  const [files, tests] = [...found.matchAll(/\((\d+)\)/g)].map(([, total]) => Number(total));
  if (files !== counts.files.total || tests === undefined) return false;
  const realFiles = [process.env.PADDLOCK_CORPUS, process.env.PADDLOCK_DATA].some((folder) => (folder ?? "") !== "");
  return realFiles ? tests < counts.tests.total : tests === counts.tests.total;
}

/**
 * `--check REPORT`: whether the READMEs name as many files and tests as there are. `--write REPORT`: puts the figures of
 * that run there.
 */
function main([option, report]: readonly string[]): void {
  if (report === undefined || (option !== "--check" && option !== "--write")) {
    throw new TypeError("node tools/readme-tests.ts --check|--write REPORT");
  }
  const counts = countsOf(report);
  const lines = linesOf(counts);
  for (const readme of readmes) {
    const text = readFileSync(join(root, readme), "utf8");
    const found = shown.exec(text)?.[0];
    if (found === undefined) throw new Error(`${readme} does not show what npm test prints`);
    if (option === "--write") writeFileSync(join(root, readme), text.replace(shown, lines));
    else if (!fits(found, counts)) {
      process.stderr.write(
        `${readme} shows other figures than npm test has:\n${found}\ninstead of\n${lines}\n` +
          "npm test -- --reporter=json --outputFile=.cache/vitest.json; node tools/readme-tests.ts --write .cache/vitest.json\n",
      );
      process.exitCode = 1;
    }
  }
}

main(process.argv.slice(2));
