import { basename, dirname } from "node:path";
import { fileText } from "../documents/file-text.ts";
import type { Collected } from "./files/collected.ts";
import { type Enclosing, roleInChart } from "./files/enclosing.ts";
import { kustomizationNames } from "./terms/paths.ts";

/** What a single file belongs to, so that it is known what must be rendered to judge it. */
export type Belonging =
  | { readonly to: "nothing" }
  | { readonly to: "chart"; readonly chart: string; readonly part: string | null }
  | { readonly to: "kustomization"; readonly file: string; readonly as: "itself" | "resource" | "other" };

/** The text of a file, or null. */
export type ReadText = (file: string) => string | null;

/** A single file is told from its surroundings: the charts and kustomizations of the folders above it. */
export async function belongingOf(
  path: string,
  enclosing: Enclosing,
  readText: ReadText = fileText,
): Promise<Belonging> {
  if (kustomizationNames.includes(basename(path))) return { to: "kustomization", file: path, as: "itself" };
  const directory = dirname(path);
  const chart = enclosing.chartOf(directory);
  const role = chart === null ? "plain" : roleInChart(path, chart);
  if (chart !== null && role !== "plain") return { to: "chart", chart, part: role === "whole" ? null : path };
  for (const file of enclosing.kustomizationsOf(directory)) {
    const text = readText(file);
    // A quick look, before a library is loaded for what may have nothing to do with the file.
    if (text === null || !text.includes(basename(path))) continue;
    const { readKustomization, roleOf } = await import("./kustomize/kustomization.ts");
    const as = roleOf(path, readKustomization(file, text));
    if (as !== "none") return { to: "kustomization", file, as };
  }
  return { to: "nothing" };
}

/**
 * Adds what must be judged for a single file. What a kustomization names as a resource is a manifest of its own; a patch
 * or a generator's file says nothing by itself, so the kustomization is built.
 */
export function addBelonging(collected: Collected, belonging: Belonging): "added" | "plain" {
  if (belonging.to === "chart") collected.addChart(belonging.chart, belonging.part);
  else if (belonging.to === "kustomization" && belonging.as !== "resource")
    collected.kustomizations.add(belonging.file);
  else return "plain";
  return "added";
}
