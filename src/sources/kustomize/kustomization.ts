import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileText } from "../../documents/file-text.ts";
import { type Fields, fieldsOf, itemsOf } from "../../json/fields.ts";
import { kustomizationNames } from "../terms/paths.ts";
import { yamlFields } from "../terms/yaml-fields.ts";

/** One thing that a kustomization names. */
interface KustomizationEntry {
  /** `resource`: objects that stand by themselves; `other`: patches, generators' files, settings; `chart`: a folder. */
  readonly role: "resource" | "other" | "chart";
  /** As written. */
  readonly text: string;
  /** Absolute; null for what is remote. */
  readonly path: string | null;
}

/** What a kustomization names, in the order of the file. https://kubectl.docs.kubernetes.io/references/kustomize/ */
export interface Kustomization {
  readonly file: string;
  /** Somebody else's object in a file of that name, as Flux has: a manifest like any other. */
  readonly foreign: boolean;
  readonly entries: readonly KustomizationEntry[];
  /** It is a part for others to include. */
  readonly component: boolean;
  /** Some objects are rendered from charts. */
  readonly usesHelm: boolean;
}

const resourceKeys = ["resources", "bases", "components"] as const;
const fileKeys = [
  "crds",
  "configurations",
  "generators",
  "transformers",
  "validators",
  "patchesStrategicMerge",
] as const;
const patchKeys = ["patches", "patchesJson6902", "replacements"] as const;
const generatorKeys = ["configMapGenerator", "secretGenerator"] as const;

/** Reads a kustomization. One that cannot be read names nothing: kustomize itself says what is wrong with it. */
export function readKustomization(file: string, text: string | null = fileText(file)): Kustomization {
  const fields = yamlFields(text);
  const { apiVersion } = fields;
  const foreign = typeof apiVersion === "string" && !apiVersion.startsWith("kustomize.config.k8s.io/");
  const entries: KustomizationEntry[] = [];
  const directory = dirname(file);
  const add = (role: KustomizationEntry["role"], each: unknown): void => {
    if (typeof each !== "string" || each === "" || each.includes("\n")) return;
    const path = resolve(directory, each);
    entries.push({ role, text: each, path: isRemote(each) && !existsSync(path) ? null : path });
  };
  for (const key of resourceKeys) for (const each of itemsOf(fields[key])) add("resource", each);
  for (const key of fileKeys) for (const each of itemsOf(fields[key])) add("other", each);
  for (const key of patchKeys) for (const each of itemsOf(fields[key])) add("other", fieldsOf(each).path);
  for (const key of generatorKeys) {
    for (const each of itemsOf(fields[key])) {
      const { files, envs, env } = fieldsOf(each);
      // `key=path`
      for (const name of itemsOf(files)) if (typeof name === "string") add("other", name.slice(name.indexOf("=") + 1));
      for (const name of [...itemsOf(envs), env]) add("other", name);
    }
  }
  add("other", fieldsOf(fields.openapi).path);
  const charts = [...itemsOf(fields.helmCharts), ...itemsOf(fields.helmChartInflationGenerator)].map(fieldsOf);
  for (const chart of charts) addChart(chart, chartHomeOf(fields, chart), directory, entries, add);
  return { file, foreign, entries, component: fields.kind === "Component", usesHelm: charts.length > 0 };
}

/** What a kustomization makes of a file. */
export function roleOf(path: string, { foreign, entries }: Kustomization): "resource" | "other" | "none" {
  if (foreign) return "none";
  const roles = entries.filter((entry) => entry.path === path).map(({ role }) => role);
  if (roles.includes("resource")) return "resource";
  return roles.length > 0 ? "other" : "none";
}

/** All that a kustomization reaches, through those that it names. */
export interface Closure {
  readonly kustomizations: readonly Kustomization[];
  /** Files that are not to be read on their own. */
  readonly files: ReadonlySet<string>;
  /** Folders of charts. */
  readonly charts: ReadonlySet<string>;
}

export function closureOf(start: Kustomization, read: (file: string) => Kustomization): Closure {
  const found = new Map([[start.file, start]]);
  const files = new Set<string>();
  const charts = new Set<string>();
  // A map iterates over what is added meanwhile.
  for (const each of found.values()) {
    for (const { role, path } of each.entries) {
      if (path === null) continue;
      if (role === "chart") {
        charts.add(path);
        continue;
      }
      if (!isDirectory(path)) files.add(path);
      const next = isDirectory(path) ? kustomizationIn(path) : null;
      if (next !== null && !found.has(next)) found.set(next, read(next));
    }
  }
  return { kustomizations: [...found.values()], files, charts };
}

/** The 1-based line on which a kustomization says something, else its first. */
export function lineOf(file: string, text: string): number {
  const lines = (fileText(file) ?? "").split("\n");
  return (
    Math.max(
      0,
      lines.findIndex((line) => !line.trimStart().startsWith("#") && line.includes(text)),
    ) + 1
  );
}

function kustomizationIn(directory: string): string | null {
  const name = kustomizationNames.find((each) => existsSync(join(directory, each)));
  return name === undefined ? null : join(directory, name);
}

/** https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md names the forms. */
function isRemote(text: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^(?:git::|git@|gh:)/i.test(text)) return true;
  if (text.startsWith(".") || text.startsWith("/")) return false;
  // `github.com/owner/repository//path?ref=v1`, `user@host:repository.git`
  return (
    /^[^/]+@[^/]+:/.test(text) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\/.*(?:\/\/|\?ref=|\.git)|^github\.com\//i.test(text)
  );
}

function chartHomeOf(fields: Fields, chart: Fields): string {
  const home = chart.chartHome ?? fieldsOf(fields.helmGlobals).chartHome;
  return typeof home === "string" ? home : "charts";
}

/** A chart that is in the chart home is used from there; any other would have to be fetched. */
function addChart(
  chart: Fields,
  home: string,
  directory: string,
  entries: KustomizationEntry[],
  add: (role: "other", each: unknown) => void,
): void {
  const name = chart.name ?? chart.chartName;
  if (typeof name !== "string") return;
  const version = typeof chart.version === "string" ? chart.version : "";
  const repository = chart.repo ?? chart.chartRepo;
  const folders = [resolve(directory, home, name), resolve(directory, home, `${name}-${version}`, name)];
  const path = folders.find((folder) => existsSync(join(folder, "Chart.yaml"))) ?? null;
  const remote = typeof repository === "string" ? repository : name;
  entries.push(path === null ? { role: "other", text: remote, path } : { role: "chart", text: name, path });
  for (const each of [chart.valuesFile, chart.values, ...itemsOf(chart.additionalValuesFiles)]) add("other", each);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
