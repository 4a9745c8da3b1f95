import type { Finding } from "./finding.ts";

/** The order of a report: file, line, column, rule, path, args. Text is compared by code units, on every machine alike. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.path, b.path) ||
    compareText(JSON.stringify(a.args), JSON.stringify(b.args))
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
