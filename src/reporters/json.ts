import type { Report } from "../findings/report.ts";

/** The JSON report (schemas/report.schema.json). The findings' bytes are passed on as they are held. */
export function* jsonReport(report: Report): Iterable<string | Uint8Array> {
  yield `{"schemaVersion":${report.schemaVersion},"tool":${JSON.stringify({ name: report.tool.name, version: report.tool.version })}`;
  yield `,"profile":${JSON.stringify(report.profile)},\n"summary":${summary(report)},\n"findings":[`;
  let separator = "\n";
  for (const chunk of report.findings.json()) {
    if (chunk.length === 0) continue;
    yield separator;
    yield chunk;
    separator = ",\n";
  }
  yield separator === "\n" ? "]" : "\n]";
  yield list(
    "notifications",
    report.notifications.map(({ level, code, message, file, line, column }) =>
      JSON.stringify({ level, code, message, file, line, column }),
    ),
  );
  yield list(
    "skippedRules",
    report.skippedRules.map(({ rule, reason }) => JSON.stringify({ rule, reason })),
  );
  yield "}\n";
}

/** One element a line, so that two reports can be compared line by line. */
function list(name: string, elements: readonly string[]): string {
  return `,\n"${name}":[${elements.length > 0 ? `\n${elements.join(",\n")}\n` : ""}]`;
}

/** In the contract's order, whatever order the figures were counted in. */
function summary({ summary }: Report): string {
  return JSON.stringify({
    files: summary.files,
    documents: summary.documents,
    workloads: summary.workloads,
    rules: summary.rules,
    passedOver: summary.passedOver,
    unreadable: summary.unreadable,
    errors: summary.errors,
    warnings: summary.warnings,
    infos: summary.infos,
    notJudged: summary.notJudged,
    waived: summary.waived,
    baselined: summary.baselined,
    coverage: {
      byRow: summary.coverage.byRow,
      byShape: summary.coverage.byShape,
      notJudged: summary.coverage.notJudged,
      kinds: summary.coverage.kinds,
    },
    durationMs: summary.durationMs,
  });
}
