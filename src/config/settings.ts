import type { RuleSetting } from "../rules/metadata.ts";
import type { Configuration, Override } from "./configuration.ts";
import type { GlobTest } from "./glob-compiler.ts";
import { globPath, loadGlobs } from "./globs.ts";
import { patchedAll } from "./rule-settings.ts";

/** What overrides look at. */
export interface SettingsTarget {
  /** As reports show it; null where there is no file, as in a cluster: what is set for files does not hold there. */
  readonly file: string | null;
  /** The namespace that the object lives in; null where it has none. */
  readonly namespace: string | null;
  readonly kind: string;
  readonly labels: { readonly [key: string]: unknown };
}

/** The settings that hold for an object. Equal keys have equal settings, within one configuration. */
export interface EffectiveSettings {
  readonly key: string;
  readonly rules: { readonly [rule: string]: RuleSetting };
}

/** Finds the settings that hold for an object. */
export type SettingsFor = (target: SettingsTarget) => EffectiveSettings;

/** Sets of overrides that met an object: those who write objects and their labels decide which do. */
const mostKnown = 1024;

/**
 * Prepares a configuration's overrides. Without overrides every object has the same settings; with them, settings are
 * made once for each set of overrides that meet an object.
 */
export async function prepareSettings(configuration: Configuration): Promise<SettingsFor> {
  const base: EffectiveSettings = { key: "", rules: configuration.rules };
  if (configuration.overrides.length === 0) return () => base;
  const tests = await overrideTests(configuration);
  const known = new Map<string, EffectiveSettings>([["", base]]);
  return (target) => {
    const matching = configuration.overrides.flatMap((_, index) => (tests[index]?.(target) ? [index] : []));
    const key = matching.join(",");
    let settings = known.get(key);
    if (settings === undefined) {
      const patches = matching.map((index) => configuration.overrides[index]?.rules ?? {});
      settings = { key, rules: patches.reduce(patchedAll, configuration.rules) };
      if (known.size >= mostKnown) known.clear();
      known.set(key, settings);
    }
    return settings;
  };
}

type TargetTest = (target: SettingsTarget) => boolean;

async function overrideTests({ overrides, globBase }: Configuration): Promise<readonly TargetTest[]> {
  const globbed = overrides.some(({ files, namespaces }) => files !== undefined || namespaces !== undefined);
  const compile = globbed ? await loadGlobs() : null;
  const test = (globs: readonly string[] | undefined): GlobTest | null =>
    globs === undefined || compile === null ? null : compile(globs);
  return overrides.map((override): TargetTest => {
    const files = lastRemembered(test(override.files), (path) => globPath(path, globBase));
    const namespaces = lastRemembered(test(override.namespaces), (namespace) => namespace);
    return (target) =>
      (files === null || (target.file !== null && files(target.file))) &&
      (namespaces === null || (target.namespace !== null && namespaces(target.namespace))) &&
      (override.kinds === undefined || override.kinds.includes(target.kind)) &&
      hasLabels(target.labels, override.labels);
  });
}

/** Objects come file by file, so the answer for the last text is mostly the next one too. */
function lastRemembered(test: GlobTest | null, prepare: (text: string) => string): GlobTest | null {
  if (test === null) return null;
  let last: string | undefined;
  let answer = false;
  return (text) => {
    if (text !== last) {
      last = text;
      answer = test(prepare(text));
    }
    return answer;
  };
}

function hasLabels(labels: SettingsTarget["labels"], wanted: Override["labels"]): boolean {
  if (wanted === undefined) return true;
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
