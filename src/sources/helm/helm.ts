import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileText } from "../../documents/file-text.ts";
import type { Notification } from "../../messages/notification.ts";
import { chartName } from "../terms/paths.ts";
import { chartKey, type RenderContext, type Rendering } from "../terms/rendering.ts";
import type { SourceFile } from "../terms/source-file.ts";
import { MAX_TOOL_OUTPUT, RENDER_TIME } from "../tools/limits.ts";
import { runTool, type ToolResult } from "../tools/run-tool.ts";
import { toolEnvironment } from "../tools/tool-environment.ts";
import { type Chart, readChart, templateFile } from "./chart.ts";
import { copyWithMarks, linesByMarks, templateLines, withoutMarks } from "./chart-marks.ts";
import { copiedLines } from "./copied-lines.ts";

/**
 * Renders a chart with `helm template`, as `helm install` would send it to a cluster that has nothing yet: with its
 * CRDs, hooks and tests, which all come to run there. Nothing is fetched: a dependency that is not in `charts/` is
 * helm's to complain about, unless it lies in a folder that `Chart.yaml` names.
 */
export async function renderChart(chart: string, context: RenderContext): Promise<Rendering> {
  const { request, show, words, scratch } = context;
  const description = readChart(chart);
  const command = process.env.PADDLOCK_HELM || "helm";
  const directory = withLocalDependencies(chart, description, scratch);
  const run = (folder: string): Promise<ToolResult> =>
    runTool(command, helmArguments(folder, description, context), {
      cwd: request.cwd,
      env: toolEnvironment(scratch),
      timeout: RENDER_TIME,
    });
  const copy = join(mkdtempSync(join(scratch, "marks-")), "chart");
  const reads = copyWithMarks(directory, copy);
  const [marked, own] = await Promise.all([run(copy), reads ? run(directory) : null]);
  // What is wrong with a chart is to be said of the chart as it is.
  const isFinal = isWell(marked) || marked.outcome === "missing" || marked.outcome === "slow";
  const result = own ?? (isFinal ? marked : await run(directory));
  const failed = (code: string, message: string, file = join(chart, chartName), line?: number): Rendering => {
    const notification: Notification = { level: "error", code, message, file: show(file) };
    return { files: [], notifications: [line === undefined ? notification : { ...notification, line, column: 1 }] };
  };
  switch (result.outcome) {
    case "missing":
      return failed("helm-missing", words.helmMissing(command));
    case "slow":
      return failed("helm-failed", words.helmFailed(words.slow(RENDER_TIME / 1000)));
    case "loud":
      return failed("helm-failed", words.helmFailed(words.loud(MAX_TOOL_OUTPUT >> 20)));
    case "exit": {
      if (result.status === 0) {
        const documents = documentsOf(result);
        return { files: renderedFiles(documents, documentsOf(marked), chart, context), notifications: [] };
      }
      const said = helmsWords(result.stderr, directory, chart, show);
      const reason = said === "" ? words.status(result.status) : words.quoted(said);
      const place = placeOf(result.stderr, description.name);
      if (place === null) return failed("helm-failed", words.helmFailed(reason));
      const { file, archive } = templateFile(chart, place.name);
      return failed("helm-failed", words.helmFailed(reason), file, archive ? undefined : place.line);
    }
  }
}

function helmArguments(directory: string, { name }: Chart, { request }: RenderContext): readonly string[] {
  const { cwd, helm, namespace, kubernetesVersion } = request;
  return [
    "template",
    releaseName(name),
    directory,
    `--namespace=${namespace}`,
    "--include-crds",
    ...(kubernetesVersion === undefined ? [] : [`--kube-version=${wholeVersion(kubernetesVersion)}`]),
    ...helm.values.map((file) => `--values=${listed(resolve(cwd, file))}`),
    ...helm.set.map((each) => `--set=${each}`),
  ];
}

/** Clusters have three numbers: charts compare with these. */
function wholeVersion(version: string): string {
  return /^v?\d+\.\d+$/.test(version) ? `${version}.0` : version;
}

/** A path in an option whose value helm reads as a list in CSV. */
function listed(path: string): string {
  return /[",\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

/** Named like the chart, so that objects are named as they usually will be; else as helm itself does. */
function releaseName(chart: string): string {
  return /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/.test(chart) ? chart : "release-name";
}

/**
 * The chart, or links to all that it holds together with links to the folders that its dependencies are to come from:
 * what `helm dependency build` would pack.
 */
function withLocalDependencies(chart: string, { local }: Chart, scratch: string): string {
  const folder = join(chart, "charts");
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const isPacked = (name: string): boolean => there.some((each) => each === name || each.startsWith(`${name}-`));
  const missing = local.filter(({ name, directory }) => !isPacked(name) && existsSync(join(directory, chartName)));
  if (missing.length === 0) return chart;
  const copy = mkdtempSync(join(scratch, "chart-"));
  for (const name of readdirSync(chart)) if (name !== "charts") symlinkSync(join(chart, name), join(copy, name));
  mkdirSync(join(copy, "charts"));
  for (const name of there) symlinkSync(join(folder, name), join(copy, "charts", name));
  for (const { name, directory } of missing) symlinkSync(directory, join(copy, "charts", name));
  return copy;
}

function isWell(result: ToolResult): result is Extract<ToolResult, { readonly outcome: "exit" }> {
  return result.outcome === "exit" && result.status === 0;
}

type Documents = ReadonlyMap<string, readonly string[]>;

/** What helm printed, by template. Helm puts before each document whose it is. */
function documentsOf(result: ToolResult): Documents {
  const documents = new Map<string, string[]>();
  if (!isWell(result)) return documents;
  let current: string[] | undefined;
  let lines: string[] = [];
  const flush = (): void => {
    const text = lines.join("\n");
    if (current !== undefined && withoutMarks(text).trim() !== "") current.push(text);
    lines = [];
  };
  const all = result.stdout.toString("utf8").split("\n");
  for (const [at, line] of all.entries()) {
    const source = all[at - 1] === "---" ? /^# Source: (.+\/.+)$/.exec(line)?.[1] : undefined;
    if (source === undefined) {
      lines.push(line);
      continue;
    }
    // The `---` belongs to what follows.
    lines.pop();
    flush();
    current = documents.get(source) ?? [];
    documents.set(source, current);
  }
  flush();
  return documents;
}

/** All documents of a template become one file. */
function renderedFiles(
  documents: Documents,
  marked: Documents,
  chart: string,
  { show }: RenderContext,
): readonly SourceFile[] {
  const rendering = chartKey(chart, show);
  return [...documents].flatMap(([name, printed]) => {
    if (printed.length === 0) return [];
    const texts = printed.map((each) => `${withoutMarks(each).trim()}\n`);
    const { file, archive } = templateFile(chart, name);
    const source = archive ? null : fileText(file);
    const lines = [0];
    for (const own of linesOf(texts, source, marked.get(name) ?? [])) {
      lines.push(0);
      for (const line of own) lines.push(line);
    }
    const text = texts.map((each) => `---\n${each}`).join("");
    return { path: show(file), format: "yaml", content: { text }, judged: true, rendering, lines };
  });
}

/** Where the lines of each document stand in its source. */
function linesOf(texts: readonly string[], source: string | null, marked: readonly string[]): readonly number[][] {
  const unknown = (text: string): number[] =>
    text
      .trimEnd()
      .split("\n")
      .map(() => 0);
  if (source === null) return texts.map(unknown);
  const copied = copiedLines(source);
  const template = templateLines(source);
  return texts.map((text, at) => {
    const own = marked.length === texts.length ? marked[at] : undefined;
    return copied(text) ?? (own === undefined ? null : linesByMarks(template, text, own)) ?? unknown(text);
  });
}

/** `execution error at (chart/templates/pod.yaml:8:20)`: the innermost place is where the fault is. */
function placeOf(message: string, chart: string): { readonly name: string; readonly line: number | undefined } | null {
  const places = [...message.matchAll(/([\w.-]+(?:\/[\w. -]+)*\/[\w.-]+\.(?:ya?ml|tpl|txt|json))(?::(\d+))?/g)].filter(
    ([, name]) => name?.startsWith(`${chart}/`),
  );
  const numbered = places.filter(([, , line]) => line !== undefined);
  const last = numbered.at(-1) ?? places.at(-1);
  if (last?.[1] === undefined) return null;
  return { name: last[1], line: last[2] === undefined ? undefined : Number(last[2]) };
}

/** What helm says, in one line, about the chart where the user has it. */
function helmsWords(stderr: string, directory: string, chart: string, show: (file: string) => string): string {
  return (
    stderr
      .split("\n")
      // Told of every folder that is a link, also of those of ours.
      .filter((line) => !/found symbolic link|^level=|^walk\.go|^WARNING/.test(line) && line.trim() !== "")
      .filter((line) => !line.startsWith("Use --debug flag"))
      .map((line) => line.replace(/^Error: /, "").trim())
      .join(" ")
      .replaceAll(directory, show(chart) || ".")
      .slice(0, 2_000)
  );
}
