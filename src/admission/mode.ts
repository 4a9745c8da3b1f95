import type { AdmissionMode, AdmissionSettings } from "../config/admission.ts";
import { loadGlobs } from "../config/globs.ts";
import type { JsonObject } from "../documents/document.ts";

/** The label of a namespace that chooses its mode, where the configuration lets it. */
const modeLabel = "paddlock.dev/mode";
const modes: ReadonlySet<unknown> = new Set<AdmissionMode>(["enforce", "warn", "audit"]);

/** The mode of a namespace; null is that of objects which live in none. `labels`: null where they are not known. */
export type ModeOf = (namespace: string | null, labels: () => JsonObject | null) => AdmissionMode;

/**
 * Prepares the modes of a configuration. The label decides before the list, where it may decide at all; a label that
 * says no mode, or that is not known, decides nothing.
 */
export async function prepareModes({ mode, namespaces, modeLabel: labelled }: AdmissionSettings): Promise<ModeOf> {
  const compile = namespaces.length === 0 ? null : await loadGlobs();
  const tests = namespaces.map(({ match, mode }) => ({ matches: compile?.(match) ?? (() => false), mode }));
  return (namespace, labels) => {
    if (namespace === null) return mode;
    const label = labelled ? labels()?.[modeLabel] : undefined;
    if (isMode(label)) return label;
    return tests.find(({ matches }) => matches(namespace))?.mode ?? mode;
  };
}

function isMode(value: unknown): value is AdmissionMode {
  return modes.has(value);
}
