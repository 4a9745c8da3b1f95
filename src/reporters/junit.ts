import type { Finding } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import { messageOf, placeOf, resourceName, weightOf } from "./describe.ts";
import { printable } from "./printable.ts";
import type { FailOn, ReportContext } from "./reporter.ts";
import { type ReporterWords, reporterWords } from "./words.ts";
import { attributes, content } from "./xml.ts";

const RANK: { readonly [level in FailOn]: number } = { never: 4, error: 3, warning: 2, info: 1 };

/** What became of a test: the XML within its element. */
interface Case {
  readonly name: string;
  readonly result: "failure" | "error" | "skipped" | "passed";
  readonly type?: string;
  readonly message?: string;
  readonly text: string;
}

/**
 * JUnit's XML: a suite a file, in it a test for each rule that has something to say of an object; and one suite for the
 * run, with the rules that found nothing to fail, the rules that were skipped, and what could not be read. A test fails
 * where the run does: at `--fail-on`. What is weaker stands in the output of a test that passes.
 */
export function* junitReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  const time = (report.summary.durationMs / 1000).toFixed(3);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: report.tool.name, time })}>\n`;
  const failed = new Set<string>();
  let file: string | null = null;
  let tests = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    if (finding.file !== file) {
      if (file !== null) yield* suite(file, cases(tests, context, words));
      file = finding.file;
      tests = new Map();
    }
    if (fails(finding, context)) failed.add(finding.rule);
    const name = `${finding.rule}: ${resourceName(finding.resource)}`;
    const test = tests.get(name);
    if (test === undefined) tests.set(name, [finding]);
    else test.push(finding);
  }
  if (file !== null) yield* suite(file, cases(tests, context, words));
  yield* suite(report.tool.name, runCases(report, context, failed), hints(report));
  yield "</testsuites>\n";
}

function fails({ outcome, level }: Finding, { failOn }: ReportContext): boolean {
  return outcome === "violation" && RANK[level] >= RANK[failOn];
}

function* cases(
  tests: ReadonlyMap<string, readonly Finding[]>,
  context: ReportContext,
  words: ReporterWords,
): Iterable<Case> {
  for (const [name, findings] of tests) {
    const failing = findings.filter((finding) => fails(finding, context));
    const [first] = failing;
    if (first !== undefined) {
      yield { name, result: "failure", type: first.level, message: first.message, text: describe(findings, words) };
      continue;
    }
    const open = findings.find(({ outcome }) => outcome === "not-judged");
    const weak = findings.some(({ outcome }) => outcome === "violation");
    const skipped = open ?? (weak ? undefined : findings[0]);
    if (skipped === undefined) {
      yield { name, result: "passed", text: describe(findings, words) };
      continue;
    }
    const reason = skipped.waiver?.reason ?? messageOf(skipped);
    const message = words.labelled(words.outcome[skipped.outcome], reason);
    yield { name, result: "skipped", type: skipped.outcome, message, text: describe(findings, words) };
  }
}

/** What was found, with the remedy once where several findings share it. */
function describe(findings: readonly Finding[], words: ReporterWords): string {
  return findings
    .map((finding, index) => {
      const head = `${placeOf(finding)} ${words.labelled(weightOf(finding, words), messageOf(finding))}`;
      const shared = findings[index + 1]?.remedy === finding.remedy;
      return shared || finding.remedy === "" ? head : `${head}\n${words.labelled(words.fix, finding.remedy)}\n`;
    })
    .join("\n")
    .trimEnd();
}

/** The tests that stand for the run as a whole. Jenkins takes a report without any test for a failure. */
function* runCases(report: Report, context: ReportContext, failed: ReadonlySet<string>): Iterable<Case> {
  for (const notification of report.notifications) {
    if (notification.level !== "error") continue;
    const { code, message } = notification;
    const place = placeOf(notification);
    yield { name: place === "" ? code : `${code}: ${place}`, result: "error", type: code, message, text: message };
  }
  const skipped = new Map(report.skippedRules.map(({ rule, reason }) => [rule, reason]));
  for (const [rule, reason] of skipped) yield { name: rule, result: "skipped", message: reason, text: "" };
  for (const { id } of context.rules) {
    if (!failed.has(id) && !skipped.has(id)) yield { name: id, result: "passed", text: "" };
  }
}

function hints({ notifications }: Report): string {
  return notifications
    .filter(({ level }) => level !== "error")
    .map((notification) => [placeOf(notification), notification.level, notification.message].join(" ").trim())
    .map(printable)
    .join("\n");
}

function* suite(name: string, cases: Iterable<Case>, output = ""): Iterable<string> {
  const tests = [...cases];
  const count = (result: Case["result"]): number => tests.filter((test) => test.result === result).length;
  const counts = {
    tests: tests.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
  yield `  <testsuite${attributes({ name, ...counts })}>\n`;
  for (const test of tests) yield testcase(name, test);
  if (output !== "") yield `    <system-out>${content(output)}</system-out>\n`;
  yield "  </testsuite>\n";
}

function testcase(classname: string, { name, result, type, message, text }: Case): string {
  const start = `    <testcase${attributes({ name, classname })}`;
  if (result !== "passed") {
    return `${start}>\n      <${result}${attributes({ type, message })}>${content(text)}</${result}>\n    </testcase>\n`;
  }
  return text === "" ? `${start}/>\n` : `${start}>\n      <system-out>${content(text)}</system-out>\n    </testcase>\n`;
}
