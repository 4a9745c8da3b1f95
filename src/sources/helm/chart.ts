import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileText } from "../../documents/file-text.ts";
import { fieldsOf, itemsOf } from "../../json/fields.ts";
import { chartName } from "../terms/paths.ts";
import { yamlFields } from "../terms/yaml-fields.ts";

/** What a chart says of itself. https://helm.sh/docs/topics/charts/#the-chartyaml-file */
export interface Chart {
  /** Empty where it does not say. */
  readonly name: string;
  readonly library: boolean;
  /** Dependencies that lie in a folder of their own (`repository: file://../common`). */
  readonly local: readonly { readonly name: string; readonly directory: string }[];
  /** The names that subcharts are rendered under, with their own. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Reads `Chart.yaml`. One that cannot be read says nothing: helm itself says what is wrong with it. */
export function readChart(directory: string): Chart {
  const { name, type, dependencies } = yamlFields(fileText(join(directory, chartName)));
  const older = yamlFields(fileText(join(directory, "requirements.yaml"))).dependencies;
  const local: { name: string; directory: string }[] = [];
  const aliases = new Map<string, string>();
  for (const each of [...itemsOf(dependencies), ...itemsOf(older)]) {
    const own = fieldsOf(each);
    if (typeof own.name !== "string") continue;
    if (typeof own.alias === "string") aliases.set(own.alias, own.name);
    if (typeof own.repository !== "string" || !own.repository.startsWith("file://")) continue;
    local.push({ name: own.name, directory: resolve(directory, own.repository.slice("file://".length)) });
  }
  return { name: typeof name === "string" ? name : "", library: type === "library", local, aliases };
}

/**
 * The file that a name of helm's (`chart/charts/redis/templates/pod.yaml`, the charts by their names) stands for: the
 * template, or the archive that holds it, or `Chart.yaml` of the nearest chart that is there.
 */
export function templateFile(directory: string, name: string): { readonly file: string; readonly archive: boolean } {
  let chart = directory;
  let rest = name.split("/").slice(1);
  while (rest[0] === "charts" && rest.length > 2) {
    const subchart = rest[1] ?? "";
    const found = subchartIn(chart, subchart);
    if (found === null) return { file: join(chart, chartName), archive: true };
    if (found.archive) return { file: found.path, archive: true };
    chart = found.path;
    rest = rest.slice(2);
  }
  const file = join(chart, ...rest);
  return existsSync(file) ? { file, archive: false } : { file: join(chart, chartName), archive: true };
}

function subchartIn(chart: string, name: string): { readonly path: string; readonly archive: boolean } | null {
  const { aliases, local } = readChart(chart);
  const own = aliases.get(name) ?? name;
  const folder = join(chart, "charts");
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (existsSync(join(path, chartName)) && readChart(path).name === own) return { path, archive: false };
  }
  // `redis-1.2.3.tgz`, and not `redis-cluster-1.2.3.tgz`
  const archive = entries.find(
    (entry) => entry.name.startsWith(`${own}-`) && /^\d.*\.t(?:ar\.)?gz$/.test(entry.name.slice(own.length + 1)),
  );
  if (archive !== undefined) return { path: join(folder, archive.name), archive: true };
  const linked = local.find((each) => each.name === own);
  return linked === undefined ? null : { path: linked.directory, archive: false };
}
