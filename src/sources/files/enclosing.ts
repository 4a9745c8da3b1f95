import { existsSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { chartName, kustomizationNames } from "../terms/paths.ts";

interface Marks {
  readonly chart: boolean;
  /** The file that makes the directory a kustomization. */
  readonly kustomization: string | null;
}

/** How a file tells whether another is there. */
export type Exists = (file: string) => boolean;

/** Which charts and kustomizations a path lies in. Asks the file system once a directory. */
export class Enclosing {
  readonly #boundary: string | null;
  readonly #exists: Exists;
  readonly #marks = new Map<string, Marks>();

  /** @param boundary what is above does not count: the git root; null: everything counts */
  constructor(boundary: string | null, exists: Exists = existsSync) {
    this.#boundary = boundary;
    this.#exists = exists;
  }

  /** The chart that a directory is or lies in; a subchart's is its parent, for only through it is it rendered. */
  chartOf(directory: string): string | null {
    for (const current of this.#upwards(directory)) {
      if (!this.#marksOf(current).chart) continue;
      let chart = current;
      while (basename(dirname(chart)) === "charts") {
        const parent = dirname(dirname(chart));
        if (!this.#marksOf(parent).chart) break;
        chart = parent;
      }
      return chart;
    }
    return null;
  }

  /** The files that make a directory and those above it kustomizations, the nearest first. */
  kustomizationsOf(directory: string): readonly string[] {
    const found: string[] = [];
    for (const current of this.#upwards(directory)) {
      const { kustomization } = this.#marksOf(current);
      if (kustomization !== null) found.push(kustomization);
    }
    return found;
  }

  *#upwards(directory: string): Generator<string> {
    for (let current = directory; ; current = dirname(current)) {
      yield current;
      if (current === this.#boundary || dirname(current) === current) return;
    }
  }

  #marksOf(directory: string): Marks {
    let marks = this.#marks.get(directory);
    if (marks === undefined) {
      const has = (name: string): boolean => this.#exists(join(directory, name));
      const name = kustomizationNames.find(has);
      marks = { chart: has(chartName), kustomization: name === undefined ? null : join(directory, name) };
      this.#marks.set(directory, marks);
    }
    return marks;
  }
}

/**
 * What a file or directory inside a chart asks for: `whole`, the chart's rendering; `part`, only what this path renders
 * to; `plain`, nothing of helm.
 */
export function roleInChart(path: string, chart: string): "whole" | "part" | "plain" {
  const below = relative(chart, path).split(sep);
  const name = below.at(-1) ?? "";
  const inTemplates = below.lastIndexOf("templates");
  if (below[0] === "templates" || below[0] === "charts") {
    // Helpers and subcharts' values have a hand in everything.
    const hasOutput = inTemplates >= 0 && !name.startsWith("_") && name !== "NOTES.txt";
    return hasOutput || !/\.[a-z]+$/.test(name) ? "part" : "whole";
  }
  if (below.length > 1) return "plain";
  return name === "" || /^(?:Chart|requirements|values.*)\.(?:ya?ml|lock|schema\.json)$/.test(name) ? "whole" : "plain";
}
