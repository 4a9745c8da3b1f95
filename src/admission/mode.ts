import type { AdmissionMode, AdmissionSettings, NamespaceEntry } from "../config/admission.ts";
import { compileNamespaceGlobs } from "../config/namespace-globs.ts";
import type { JsonObject } from "../json/value.ts";

/** The label of a namespace that chooses its mode, where the configuration lets it. */
export const modeLabel = "paddlock.dev/mode";
/** What the label may say. */
export const modes: readonly AdmissionMode[] = ["enforce", "warn", "audit"];
const known: ReadonlySet<unknown> = new Set(modes);

/** The mode of a namespace; null is that of objects which live in none. `labels`: null where they are not known. */
export type ModeOf = (namespace: string | null, labels: () => JsonObject | null) => AdmissionMode;

/**
 * Prepares the modes of a configuration. The label decides before the list, where it may decide at all; a label that
 * says no mode, or that is not known, decides nothing.
 */
export function prepareModes({
  mode,
  namespaces,
  modeLabel: labelled,
}: Pick<AdmissionSettings, "mode" | "modeLabel"> & {
  readonly namespaces: readonly Pick<NamespaceEntry, "match" | "mode">[];
}): ModeOf {
  const tests = namespaces.map(({ match, mode }) => ({ matches: compileNamespaceGlobs(match), mode }));
  return (namespace, labels) => {
    if (namespace === null) return mode;
    const label = labelled ? labels()?.[modeLabel] : undefined;
    if (isMode(label)) return label;
    return tests.find(({ matches }) => matches(namespace))?.mode ?? mode;
  };
}

function isMode(value: unknown): value is AdmissionMode {
  return known.has(value);
}
