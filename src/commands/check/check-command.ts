import { resolve } from "node:path";
import { findGitRoot } from "../../config/find.ts";
import { fileText } from "../../documents/file-text.ts";
import type { Language } from "../../messages/language.ts";
import type { SourceFile } from "../../sources/terms/source-file.ts";
import { levelOf, minCoverageOf, statusOf } from "../exit-status.ts";
import { writeTo } from "../output.ts";
import { Progress } from "../progress.ts";
import { reportContext } from "../report-context.ts";
import { outputsOf, writeFile, writeReport } from "../report-outputs.ts";
import { colourFor, isTerminal } from "../terminal.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { type Checked, check } from "./check.ts";
import { checkOptions } from "./check-options.ts";

/** `paddlock check`: judges, writes the reports, and gives the exit status. */
export async function checkCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, checkOptions, language);
  const outputs = await outputsOf(options.list("format") ?? ["text"], options.say);
  const minCoverage = minCoverageOf(options);
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
      offline: options.flag("offline"),
      language,
      onProgress: (judged, total) => progress?.update(judged, total),
    });
  } finally {
    progress?.end();
  }
  const { report } = checked;
  const failOn = levelOf(options.text("fail-on"));
  const colour = await colourFor(options.text("color"), process.env);
  const sourceText = sourceTexts(checked.files);
  await writeReport(
    report,
    outputs,
    reportContext(checked, { language, command: "paddlock check", colour, failOn, minCoverage, sourceText }),
  );
  const newBaseline = options.text("write-baseline");
  if (newBaseline !== undefined) {
    const { baselineText } = await import("../../findings/baseline.ts");
    writeFile(newBaseline, baselineText(report.findings), language);
  }
  if (options.flag("stats")) {
    const { statsText } = await import("../stats.ts");
    writeTo(2, statsText(report, language));
  }
  return statusOf(report, { failOn, failOnNotJudged: options.flag("fail-on-not-judged"), minCoverage });
}

function refuseContradictions(options: ParsedOptions): void {
  const { say } = options;
  if (options.flag("staged") && options.text("changed-since") !== undefined) {
    throw new UsageError(say.exclude("--staged", "--changed-since"));
  }
  if (options.flag("alone") && options.list("with") !== undefined)
    throw new UsageError(say.exclude("--alone", "--with"));
  if (options.flag("staged") && options.operands.includes("-")) throw new UsageError(say.stagedInput);
}

/** The text of a judged file by its path; the one that was asked for last is kept. */
function sourceTexts(files: readonly SourceFile[]): (file: string) => string | undefined {
  let last: { readonly file: string; readonly text: string | undefined } | undefined;
  const root = findGitRoot(process.cwd()) ?? process.cwd();
  return (file) => {
    if (last?.file !== file) last = { file, text: heldText(files, file) ?? fileText(resolve(root, file)) ?? undefined };
    return last.text;
  };
}

/** What was judged of a file that is not on disk as it is: from standard input, from git's index. */
function heldText(files: readonly SourceFile[], path: string): string | undefined {
  const held = files.find((file) => file.path === path && file.lines === undefined && "text" in file.content);
  if (held === undefined || !("text" in held.content)) return undefined;
  const { text } = held.content;
  return typeof text === "string" ? text : new TextDecoder().decode(text);
}
