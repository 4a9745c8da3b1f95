import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Notification } from "../messages/notification.ts";
import { alignDocuments } from "./align.ts";
import { type Chart, readChart, templateFile } from "./chart.ts";
import { MAX_TOOL_OUTPUT, RENDER_TIME } from "./limits.ts";
import { chartName } from "./paths.ts";
import { chartKey, type RenderContext, type Rendering } from "./rendering.ts";
import { runTool } from "./run-tool.ts";
import type { SourceFile } from "./source-file.ts";
import { toolEnvironment } from "./tool-environment.ts";

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
  const result = await runTool(command, helmArguments(directory, description, context), {
    cwd: request.cwd,
    env: toolEnvironment(scratch),
    timeout: RENDER_TIME,
  });
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
        const output = result.stdout.toString("utf8");
        return { files: renderedFiles(output, chart, context), notifications: [] };
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

/** Helm puts before each document whose template it is. All documents of a template become one file. */
function renderedFiles(output: string, chart: string, { show }: RenderContext): readonly SourceFile[] {
  const documents = new Map<string, string[]>();
  let current: string[] | undefined;
  let lines: string[] = [];
  const flush = (): void => {
    if (current !== undefined && lines.some((line) => line.trim() !== ""))
      current.push(`${lines.join("\n").trimEnd()}\n`);
    lines = [];
  };
  const all = output.split("\n");
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
  return [...documents].flatMap(([name, texts]) =>
    texts.length === 0 ? [] : [renderedFile(name, texts, chart, show)],
  );
}

function renderedFile(
  name: string,
  texts: readonly string[],
  chart: string,
  show: (file: string) => string,
): SourceFile {
  const { file, archive } = templateFile(chart, name);
  const aligned = archive ? texts.map(() => []) : alignDocuments(readFileSync(file, "utf8"), texts);
  const lines = [0];
  for (const [at, text] of texts.entries()) {
    const own = aligned[at] ?? [];
    const count = text.split("\n").length - 1;
    lines.push(0);
    for (let line = 0; line < count; line++) lines.push(own[line] ?? 0);
  }
  const text = texts.map((each) => `---\n${each}`).join("");
  return { path: show(file), format: "yaml", content: { text }, judged: true, rendering: chartKey(chart, show), lines };
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
