import { isObject } from "../json/json.ts";
import type { JsonValue } from "../json/value.ts";
import type { Catalogue, Level, ProfileName, RuleMetadata, RuleSetting, Scope } from "../rules/metadata.ts";
import type { Override, RulePatch } from "./configuration.ts";

type Settings = { readonly [rule: string]: RuleSetting };
type Patches = { readonly [rule: string]: RulePatch };

/** What the command line says about rules. */
export interface RuleSelection {
  /** Only these rules, each with the level that is wanted of it, if any; null: all. */
  readonly only: ReadonlyMap<string, Level | null> | null;
  readonly skip: ReadonlySet<string>;
}

/** The settings of a profile for every rule of the catalogue, with every parameter. A rule that it does not name is off. */
export function profileSettings(catalogue: Catalogue, profile: ProfileName): Settings {
  const settings = catalogue.profiles[profile];
  return Object.fromEntries(
    catalogue.rules.map((rule): [string, RuleSetting] => {
      const own = Object.hasOwn(settings, rule.id) ? settings[rule.id] : undefined;
      return [
        rule.id,
        { level: "off", scope: rule.scope, ...own, parameters: { ...defaults(rule), ...own?.parameters } },
      ];
    }),
  );
}

/** A setting after a change. Parameters alone switch on, as written, a rule that was off: they would mean nothing else. */
export function patched(setting: RuleSetting, patch: RulePatch): RuleSetting {
  const level = patch.level ?? (setting.level === "off" ? "as written" : setting.level);
  return {
    ...setting,
    level,
    ...(patch.scope === undefined ? {} : { scope: patch.scope }),
    parameters: { ...setting.parameters, ...patch.parameters },
  };
}

/** Settings after changes to some of the rules. */
export function patchedAll(settings: Settings, patches: Patches): Settings {
  const result: Record<string, RuleSetting> = { ...settings };
  for (const [rule, patch] of Object.entries(patches)) {
    const setting = result[rule];
    if (setting !== undefined) result[rule] = patched(setting, patch);
  }
  return result;
}

/** The block `rules` of a configuration that the schema allows, as changes. */
export function patchesOf(rules: JsonValue | undefined): Patches {
  if (!isObject(rules)) return {};
  return Object.fromEntries(Object.entries(rules).map(([rule, value]) => [rule, patchOf(value)]));
}

function patchOf(value: JsonValue | undefined): RulePatch {
  if (!isObject(value)) return { level: levelOf(value), parameters: {} };
  const { level, scope, ...parameters } = value;
  return {
    ...(level === undefined ? {} : { level: levelOf(level) }),
    ...(scope === undefined ? {} : { scope: scope as Scope }),
    parameters: parameters as RulePatch["parameters"],
  };
}

function levelOf(value: JsonValue | undefined): RuleSetting["level"] {
  if (value === "error" || value === "warning" || value === "info" || value === "off") return value;
  return "as written";
}

/**
 * What the command line leaves of the settings. It has the last word: a level that it gives holds in every override,
 * and a rule that it does not want is off everywhere. Where an override switches a rule off, it stays off.
 */
export function selected(
  settings: Settings,
  overrides: readonly Override[],
  selection: RuleSelection,
): { readonly rules: Settings; readonly overrides: readonly Override[] } {
  const { only, skip } = selection;
  const wanted = (rule: string): boolean => !skip.has(rule) && (only === null || only.has(rule));
  const rules = Object.fromEntries(
    Object.entries(settings).map(([rule, setting]): [string, RuleSetting] => {
      if (!wanted(rule)) return [rule, { ...setting, level: "off" }];
      const level = only === null ? setting.level : (only.get(rule) ?? setting.level);
      return [rule, only !== null && level === "off" ? { ...setting, level: "as written" } : { ...setting, level }];
    }),
  );
  const left = overrides.map((override) => ({
    ...override,
    rules: Object.fromEntries(
      Object.entries(override.rules)
        .filter(([rule]) => wanted(rule))
        .map(([rule, patch]) => [rule, withLevel(patch, only?.get(rule) ?? null)]),
    ),
  }));
  return { rules, overrides: left.filter((override) => Object.keys(override.rules).length > 0) };
}

function withLevel(patch: RulePatch, level: Level | null): RulePatch {
  return level === null || patch.level === "off" ? patch : { ...patch, level };
}

function defaults(rule: RuleMetadata): RuleSetting["parameters"] {
  const result: Record<string, JsonValue> = {};
  for (const [name, schema] of Object.entries(rule.parameters)) {
    if (isObject(schema) && schema.default !== undefined) result[name] = schema.default;
  }
  return result;
}
