import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Collected } from "./files/collected.ts";
import { readChart } from "./helm/chart.ts";
import { renderChart } from "./helm/helm.ts";
import { type Closure, closureOf, type Kustomization, readKustomization } from "./kustomize/kustomization.ts";
import { buildKustomization } from "./kustomize/kustomize.ts";
import { isWithin } from "./terms/paths.ts";
import { chartKey, type RenderContext, type Rendering, type RenderOptions } from "./terms/rendering.ts";
import type { SourceFile } from "./terms/source-file.ts";
import { sourceWords } from "./terms/words.ts";
import { RENDERS_AT_ONCE } from "./tools/limits.ts";

/**
 * Renders the charts and kustomizations that were collected, a few at a time. Takes the plain files out that belong to
 * them, and adds what cannot be rendered to the notifications.
 */
export async function render(
  collected: Collected,
  { request, show }: RenderOptions,
): Promise<{ files: readonly SourceFile[]; unjudged: readonly SourceFile[]; covered: ReadonlySet<string> }> {
  const read = reader();
  for (const file of [...collected.kustomizations]) {
    if (!read(file).foreign) continue;
    collected.kustomizations.delete(file);
    collected.addFile(file, true);
  }
  const all = [...collected.kustomizations].sort().map((file) => closureOf(read(file), read));
  const covered = new Set<string>();
  const chartsOfKustomizations = new Set<string>();
  for (const { kustomizations, files, charts } of all) {
    for (const file of files) covered.add(file);
    for (const { file } of kustomizations) covered.add(file);
    for (const chart of charts) chartsOfKustomizations.add(chart);
  }
  for (const file of covered) collected.files.delete(file);
  const charts = topCharts([...collected.charts.keys()].filter((chart) => !isInside(chart, chartsOfKustomizations)));

  const scratch = mkdtempSync(join(tmpdir(), "paddlock-"));
  const context: RenderContext = { request, show, words: sourceWords[request.language ?? "en"], scratch };
  const jobs = [
    ...charts.sort().map((chart) => () => renderChart(chart, context)),
    ...topKustomizations(all).map((closure) => () => buildKustomization(closure, context)),
  ];
  let renderings: readonly Rendering[];
  try {
    renderings = await inTurns(jobs, RENDERS_AT_ONCE);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const files = renderings.flatMap((each) => each.files);
  collected.notifications.push(...renderings.flatMap((each) => each.notifications));
  const { judged, unjudged } = divide(files, collected.charts, show);
  return { files: judged, unjudged, covered };
}

/** Parts of charts that were not asked for take part in relations only. */
function divide(
  files: readonly SourceFile[],
  charts: Collected["charts"],
  show: (file: string) => string,
): { judged: readonly SourceFile[]; unjudged: readonly SourceFile[] } {
  const parts = new Map<string, readonly string[]>();
  for (const [chart, part] of charts) if (part !== null) parts.set(chartKey(chart, show), part.map(show));
  const isAsked = ({ path, rendering }: SourceFile): boolean =>
    // The folder that paths are relative to is shown as nothing.
    parts.get(rendering)?.some((part) => (part === "" ? !isAbsolute(path) : isWithin(path, part))) ?? true;
  return {
    judged: files.filter(isAsked),
    unjudged: files.filter((file) => !isAsked(file)).map((file) => ({ ...file, judged: false })),
  };
}

/** Charts that are rendered by themselves: no libraries, and none that another one of the run brings in as a file. */
function topCharts(charts: readonly string[]): string[] {
  const local = new Set(charts.flatMap((chart) => readChart(chart).local.map(({ directory }) => directory)));
  return charts.filter((chart) => !local.has(chart) && !readChart(chart).library);
}

/** Those that no other one refers to; of such as refer to each other in a circle the first. */
function topKustomizations(all: readonly Closure[]): readonly Closure[] {
  const own = (closure: Closure): string => closure.kustomizations[0]?.file ?? "";
  const referred = new Set(all.flatMap(({ kustomizations }) => kustomizations.slice(1).map(({ file }) => file)));
  const tops = all.filter((closure) => !referred.has(own(closure)));
  const reached = new Set(tops.flatMap(({ kustomizations }) => kustomizations.map(({ file }) => file)));
  for (const closure of all) {
    if (reached.has(own(closure))) continue;
    tops.push(closure);
    for (const { file } of closure.kustomizations) reached.add(file);
  }
  return tops;
}

function isInside(path: string, directories: ReadonlySet<string>): boolean {
  for (const directory of directories) if (isWithin(path, directory)) return true;
  return false;
}

/** Each kustomization is read once. */
function reader(): (file: string) => Kustomization {
  const known = new Map<string, Kustomization>();
  return (file) => {
    const found = known.get(file) ?? readKustomization(file);
    known.set(file, found);
    return found;
  };
}

/** Does jobs, at most so many at a time; the results are in the jobs' order. */
async function inTurns<Result>(jobs: readonly (() => Promise<Result>)[], most: number): Promise<Result[]> {
  const results: Result[] = new Array(jobs.length);
  const pending = jobs.entries();
  const worker = async (): Promise<void> => {
    for (const [index, job] of pending) results[index] = await job();
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
