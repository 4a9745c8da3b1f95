import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Report } from "../findings/report.ts";
import type { Language } from "../messages/language.ts";
import { systemReason } from "../messages/system-reason.ts";
import { FORMATS, type Format, isFormat, loadReporter } from "../reporters/formats.ts";
import type { ReportContext } from "../reporters/reporter.ts";
import { makeFolders } from "./make-folders.ts";
import { writeTo } from "./output.ts";
import { nearestOf, UsageError } from "./usage.ts";
import { type UsageWords, usageWords } from "./usage-words.ts";

/** Where a report goes, and how it is written. */
export interface Output {
  readonly format: Format;
  /** Null: standard output. */
  readonly file: string | null;
}

/** Reads the values of `--format`. @throws UsageError */
export async function outputsOf(written: readonly string[], say: UsageWords): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  for (const each of written) {
    const at = each.indexOf("=");
    const format = at < 0 ? each : each.slice(0, at);
    const file = at < 0 ? null : each.slice(at + 1);
    if (!isFormat(format)) {
      throw new UsageError(say.choice("--format", FORMATS, format, await nearestOf(format, FORMATS)));
    }
    if (file === "") throw new UsageError(say.formatFile(format));
    outputs.push({ format, file });
  }
  if (outputs.filter(({ file }) => file === null).length > 1) {
    throw new UsageError(say.oneOutput);
  }
  return outputs;
}

/** Writes a report in every format that was asked for. @throws UsageError where a file cannot be written */
export async function writeReport(report: Report, outputs: readonly Output[], context: ReportContext): Promise<void> {
  for (const { format, file } of outputs) await write(format, file, report, context);
  await writeStepSummary(outputs, report, context);
}

async function write(format: Format, file: string | null, report: Report, context: ReportContext): Promise<void> {
  const reporter = await loadReporter(format);
  writeOutput(
    file,
    reporter(report, file === null ? context : { ...context, colour: null, columns: 80 }),
    context.language,
  );
}

/** Writes to a file, or to standard output (null). @throws UsageError where the file cannot be written */
export function writeOutput(file: string | null, pieces: Iterable<string | Uint8Array>, language: Language): void {
  if (file === null) writeTo(1, pieces);
  else writeFile(file, pieces, language);
}

/** GitHub shows what stands in this file on the page of the run. */
async function writeStepSummary(outputs: readonly Output[], report: Report, context: ReportContext): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === "" || !outputs.some(({ format }) => format === "github")) return;
  const markdown = await loadReporter("markdown");
  const descriptor = openSync(file, "a");
  try {
    writeTo(descriptor, markdown(report, { ...context, colour: null }));
  } finally {
    closeSync(descriptor);
  }
}

/** @throws UsageError where the file cannot be written: whoever named it can name another. */
export function writeFile(file: string, pieces: Iterable<string | Uint8Array>, language: Language): void {
  let descriptor: number | undefined;
  try {
    makeFolders(dirname(resolve(file)));
    descriptor = openSync(file, "w");
    writeTo(descriptor, pieces);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new UsageError(usageWords[language].cannotWrite(file, systemReason(error, language)));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
