import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { findGitRoot } from "../config/find.ts";
import type { Report } from "../findings/report.ts";
import { FORMATS, isFormat, loadReporter } from "../reporters/formats.ts";
import type { ReportContext } from "../reporters/reporter.ts";
import { loadTexts } from "../rules/catalogue.ts";
import type { Language, Level, RuleMetadata, RuleText } from "../rules/metadata.ts";
import { pageUrlOf } from "../rules/page-url.ts";
import type { SourceFile } from "../sources/source-file.ts";
import { type Checked, check } from "./check.ts";
import { checkOptions } from "./check-options.ts";
import { writeTo } from "./output.ts";
import { Progress } from "./progress.ts";
import { colourFor, columnsOf, isTerminal } from "./terminal.ts";
import { didYouMean, type ParsedOptions, parseOptions, UsageError } from "./usage.ts";

/** `paddlock check`: judges, writes the reports, and gives the exit status. */
export async function checkCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, checkOptions);
  const outputs = await outputsOf(options.list("format") ?? ["text"]);
  refuseContradictions(options);
  const progress = options.text("progress") !== "never" && isTerminal(2) ? new Progress() : null;
  let checked: Checked;
  try {
    checked = await check({
      paths: options.operands,
      config: options.text("config"),
      profile: options.text("profile"),
      rules: options.list("rule"),
      skip: options.list("skip"),
      staged: options.flag("staged"),
      changedSince: options.text("changed-since"),
      with: options.list("with"),
      alone: options.flag("alone"),
      namespace: options.text("namespace"),
      kubernetesVersion: options.text("kubernetes-version"),
      asAdmission: options.flag("as-admission"),
      markdown: options.flag("markdown"),
      baseline: options.text("baseline"),
      values: options.list("values"),
      set: options.list("set"),
      bundles: options.list("bundle"),
      language,
      onProgress: (judged, total) => progress?.update(judged, total),
    });
  } finally {
    progress?.end();
  }
  const { report } = checked;
  const failOn = levelOf(options.text("fail-on"));
  const context = await reportContext(checked, options, failOn, language);
  for (const { format, file } of outputs) await write(format, file, report, context);
  await writeStepSummary(outputs, report, context);
  const newBaseline = options.text("write-baseline");
  if (newBaseline !== undefined) {
    const { baselineText } = await import("../findings/baseline.ts");
    writeFile(newBaseline, baselineText(report.findings));
  }
  if (options.flag("stats")) {
    const { statsText } = await import("./stats.ts");
    writeTo(2, statsText(report, language));
  }
  return statusOf(report, failOn, options.flag("fail-on-not-judged"));
}

/** 2: something could not be judged. 1: findings at or above the level. 0: neither. */
export function statusOf(report: Report, failOn: Level, failOnNotJudged: boolean): 0 | 1 | 2 {
  if (report.notifications.some((notification) => notification.level === "error")) return 2;
  const { errors, warnings, infos, notJudged } = report.summary;
  const failing = errors + (failOn === "error" ? 0 : warnings) + (failOn === "info" ? infos : 0);
  return failing > 0 || (failOnNotJudged && notJudged > 0) ? 1 : 0;
}

function levelOf(option: string | undefined): Level {
  return option === "warning" || option === "info" ? option : "error";
}

interface Output {
  readonly format: (typeof FORMATS)[number];
  /** Null: standard output. */
  readonly file: string | null;
}

async function outputsOf(written: readonly string[]): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  for (const each of written) {
    const at = each.indexOf("=");
    const format = at < 0 ? each : each.slice(0, at);
    const file = at < 0 ? null : each.slice(at + 1);
    if (!isFormat(format)) {
      throw new UsageError(
        `--format is one of ${FORMATS.join(", ")}, not "${format}"${await didYouMean(format, FORMATS)}`,
      );
    }
    if (file === "") throw new UsageError(`--format ${format}= needs a file`);
    outputs.push({ format, file });
  }
  if (outputs.filter(({ file }) => file === null).length > 1) {
    throw new UsageError("only one --format can go to standard output: write the others to files, --format NAME=FILE");
  }
  return outputs;
}

function refuseContradictions(options: ParsedOptions): void {
  if (options.flag("staged") && options.text("changed-since") !== undefined) {
    throw new UsageError("--staged and --changed-since exclude each other");
  }
  if (options.flag("alone") && options.list("with") !== undefined)
    throw new UsageError("--alone and --with exclude each other");
  if (options.flag("staged") && options.operands.includes("-"))
    throw new UsageError("--staged does not read standard input");
}

async function reportContext(
  { catalogue, configuration, files, bundleTexts }: Checked,
  options: ParsedOptions,
  failOn: Level,
  language: Language,
): Promise<ReportContext> {
  let texts: { readonly [rule: string]: RuleText } | undefined;
  let last: { readonly file: string; readonly text: string | undefined } | undefined;
  const root = findGitRoot(process.cwd()) ?? process.cwd();
  const ruleOf = (id: string): RuleMetadata | undefined => catalogue.rules.find((rule) => rule.id === id);
  return {
    language,
    columns: columnsOf(process.env),
    colour: await colourFor(options.text("color"), process.env),
    failOn,
    rules: catalogue.rules.filter((rule) => configuration.rules[rule.id]?.level !== "off"),
    rule: ruleOf,
    ruleText: (id) => {
      texts ??= { ...loadTexts(language), ...bundleTexts };
      return texts[id];
    },
    ruleUrl: (id) => {
      const rule = ruleOf(id);
      return rule === undefined ? undefined : pageUrlOf(rule, language) || undefined;
    },
    sourceText: (file) => {
      if (last?.file !== file) last = { file, text: heldText(files, file) ?? diskText(resolve(root, file)) };
      return last.text;
    },
  };
}

/** What was judged of a file that is not on disk as it is: from standard input, from git's index. */
function heldText(files: readonly SourceFile[], path: string): string | undefined {
  const held = files.find((file) => file.path === path && file.lines === undefined && "text" in file.content);
  if (held === undefined || !("text" in held.content)) return undefined;
  const { text } = held.content;
  return typeof text === "string" ? text : new TextDecoder().decode(text);
}

function diskText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

async function write(format: string, file: string | null, report: Report, context: ReportContext): Promise<void> {
  if (!isFormat(format)) throw new UsageError(`unknown format ${format}`);
  const reporter = await loadReporter(format);
  if (file === null) writeTo(1, reporter(report, context));
  else writeFile(file, reporter(report, { ...context, colour: null, columns: 80 }));
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
function writeFile(file: string, pieces: Iterable<string | Uint8Array>): void {
  let descriptor: number | undefined;
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    descriptor = openSync(file, "w");
    writeTo(descriptor, pieces);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new UsageError(`cannot write ${file}: ${error.message}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
