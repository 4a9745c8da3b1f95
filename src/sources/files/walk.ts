import { type Dirent, readdirSync, statSync } from "node:fs";
import { sep } from "node:path";
import { chartName, kustomizationNames, neverWalked } from "../terms/paths.ts";
import { ignoreFiles, ruleTextOf, ruleTextsAbove } from "./ignore-files.ts";
import type { IgnoreRules } from "./ignore-rules.ts";

/** What a directory holds. All paths are absolute. */
export interface Walked {
  /** Manifests, or what may be some, that belong to no chart; some may belong to a kustomization. */
  readonly files: readonly string[];
  /** Directories with a `Chart.yaml` that are no part of another chart. */
  readonly charts: readonly string[];
  /** The files that make their directories kustomizations. */
  readonly kustomizations: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly error: unknown }[];
}

export interface WalkOptions {
  /** Is a file of this name wanted? */
  readonly wanted: (name: string) => boolean;
  /** What lies in charts and what makes a kustomization are files like any other. */
  readonly flat: boolean;
  /** Ignore files count from here down: the git root, or the working directory. */
  readonly boundary: string;
}

/** A part of a chart that only helm understands. */
const chartParts: ReadonlySet<string> = new Set(["templates", "charts", "crds"]);

interface Step {
  /** With a separator at its end. */
  readonly directory: string;
  readonly rules: IgnoreRules | null;
  readonly inChart: boolean;
}

/**
 * Walks a directory: one `readdir` a directory and nothing a file. Links to directories are not followed, links to files
 * are. `.gitignore` and `.paddlockignore` hold; the library for them is loaded where the first of them is seen.
 */
export async function walk(directory: string, { wanted, flat, boundary }: WalkOptions): Promise<Walked> {
  const files: string[] = [];
  const charts: string[] = [];
  const kustomizations: string[] = [];
  const unreadable: { path: string; error: unknown }[] = [];
  let library: typeof import("./ignore-rules.ts") | undefined;
  const above = ruleTextsAbove(directory, boundary);
  let inherited: IgnoreRules | null = null;
  if (above.length > 0) {
    library = await import("./ignore-rules.ts");
    inherited = library.inheritedRules(above, directory, boundary);
  }
  const steps: Step[] = [{ directory: withSeparator(directory), rules: inherited, inChart: false }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(step.directory, { withFileTypes: true });
    } catch (error) {
      unreadable.push({ path: withoutSeparator(step.directory), error });
      continue;
    }
    let { rules } = step;
    const names = landmarks(entries, flat);
    const own = names.ignoring ? ruleTextOf(withoutSeparator(step.directory)) : null;
    if (own !== null) {
      library ??= await import("./ignore-rules.ts");
      rules = library.addRules(rules, own);
    }
    const skip = library === undefined || rules === null ? noneIgnored : library.isIgnored;
    const chart = names.chart && !skip(step.directory + chartName, false, rules);
    if (chart) charts.push(withoutSeparator(step.directory));
    const kustomization = names.kustomization === null ? null : step.directory + names.kustomization;
    if (kustomization !== null && !skip(kustomization, false, rules)) kustomizations.push(kustomization);
    const inChart = step.inChart || chart;
    for (const entry of entries) {
      const { name } = entry;
      if (entry.isDirectory()) {
        if (neverWalked.has(name) || (chart && chartParts.has(name))) continue;
        const path = step.directory + name;
        if (!skip(path, true, rules)) steps.push({ directory: path + sep, rules, inChart });
      } else if (!inChart && wanted(name) && !isLockOfEmacs(name)) {
        const path = step.directory + name;
        if (entry.isSymbolicLink() && leadsToDirectory(path)) continue;
        if (path !== kustomization && !skip(path, false, rules)) files.push(path);
      }
    }
  }
  return { files, charts, kustomizations, unreadable };
}

const noneIgnored = (): boolean => false;

interface Landmarks {
  readonly ignoring: boolean;
  readonly chart: boolean;
  readonly kustomization: string | null;
}

/** The entries that change how a directory is read. */
function landmarks(entries: readonly Dirent[], flat: boolean): Landmarks {
  let ignoring = false;
  let chart = false;
  let kustomization: string | null = null;
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory()) continue;
    if (ignoreFiles.includes(name)) ignoring = true;
    else if (flat) continue;
    else if (name === chartName) chart = true;
    else if (kustomizationNames.includes(name)) kustomization = name;
  }
  return { ignoring, chart, kustomization };
}

function withSeparator(directory: string): string {
  return directory.endsWith(sep) ? directory : directory + sep;
}

function withoutSeparator(directory: string): string {
  return directory.length > 1 ? directory.slice(0, -1) : directory;
}

function leadsToDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // A link to nowhere: reading it says so.
    return false;
  }
}

/** `.#name.yaml`, a link to nowhere, marks a file that is being edited. */
function isLockOfEmacs(name: string): boolean {
  return name.startsWith(".#");
}
