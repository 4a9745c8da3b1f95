import { percentCovered } from "../findings/coverage.ts";
import type { Finding } from "../findings/finding.ts";
import type { Report, Summary } from "../findings/report.ts";
import { isComplete } from "./describe.ts";
import { printable } from "./printable.ts";
import type { ReportContext } from "./reporter.ts";
import type { ReporterWords } from "./words.ts";

export type RunVerdict = "clean" | "findings" | "incomplete";

/** Clean: judged to the end, with nothing that fails or warns. */
export function verdictOf(report: Report): RunVerdict {
  if (!isComplete(report)) return "incomplete";
  const { errors, warnings, infos, documents, passedOver } = report.summary;
  if (errors + warnings + infos > 0) return "findings";
  return documents > passedOver ? "clean" : "findings";
}

/** What was found, in one line. */
export function foundLine(report: Report, words: ReporterWords): string {
  const { errors, warnings, infos, notJudged, waived, baselined, documents, passedOver } = report.summary;
  const found = [
    ...some(errors, words.errors),
    ...some(warnings, words.warnings),
    ...some(infos, words.infos),
    ...some(notJudged, words.notJudged),
    ...some(waived, words.waived),
    ...some(baselined, words.baselined),
  ];
  const counts = found.length > 0 ? words.sentence(words.list(found)) : "";
  switch (verdictOf(report)) {
    case "incomplete":
      return words.join(words.incomplete, counts);
    case "clean":
      return words.join(words.nothingToSay, counts);
    case "findings":
      return documents > passedOver || counts !== "" ? counts : words.nothingToJudge;
  }
}

/** What was looked at, what was not, and how long it took: a line each. */
export function checkedLines(
  { summary, profile, skippedRules }: Report,
  { ofCluster, minCoverage = 0 }: Pick<ReportContext, "ofCluster" | "minCoverage">,
  words: ReporterWords,
): string[] {
  const read = ofCluster
    ? [words.objects(summary.documents)]
    : [words.files(summary.files), words.documents(summary.documents)];
  const what = [...read, words.workloads(summary.workloads)];
  const lines = [
    words.checked(what, words.rules(summary.rules), printable(profile), words.duration(summary.durationMs)),
  ];
  lines.push(...coverageLines(summary, minCoverage, words));
  if (skippedRules.length > 0) {
    lines.push(words.skipped(skippedRules.map(({ rule, reason }) => words.aside(printable(rule), printable(reason)))));
  }
  const rest = [...some(summary.unreadable, words.unreadable), ...some(summary.passedOver, words.passedOver)];
  if (rest.length > 0) lines.push(rest.map(words.sentence).reduce(words.join));
  return lines;
}

/** Kinds that are named; there may be thousands. */
const mostKinds = 5;

/** How the pods were seen, where not all were seen by their kinds; and that there were none in what looks like manifests. */
function coverageLines(
  { coverage, workloads, documents, passedOver }: Summary,
  wanted: number,
  words: ReporterWords,
): string[] {
  const { byRow, byShape, notJudged, kinds } = coverage;
  if (workloads === 0) return documents > passedOver ? [words.noWorkloads] : [];
  const lines: string[] = [];
  if (byShape + notJudged > 0) {
    const named = kinds.slice(0, mostKinds).map(printable);
    if (kinds.length > mostKinds) named.push(words.moreItems(kinds.length - mostKinds));
    lines.push(words.coverage({ byRow, byShape, notJudged }, words.list(named)));
  }
  const percent = percentCovered(coverage);
  if (percent < wanted) lines.push(words.lowCoverage(Math.floor(percent * 10) / 10, wanted));
  return lines;
}

/** The command that explains the rule that most needs it. */
export function explainCommand(finding: Finding): string {
  return `paddlock explain ${printable(finding.rule)}`;
}

function some(count: number, words: (count: number) => string): string[] {
  return count > 0 ? [words(count)] : [];
}
