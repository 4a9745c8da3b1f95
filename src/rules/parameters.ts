import type { JsonValue } from "../json/value.ts";
import type { Language, Words } from "../messages/language.ts";
import type { ProfileName, RuleMetadata, RuleSetting } from "./metadata.ts";

export const PROFILES: readonly ProfileName[] = ["baseline", "recommended", "strict"];

/** A parameter of a rule as people want to read it. */
export interface ParameterInfo {
  readonly name: string;
  /** `boolean`, `integer`, `a | b`, `list of string`. */
  readonly type: string;
  /** As JSON. */
  readonly preset: string;
}

export function parametersOf({ parameters }: RuleMetadata, language: Language): readonly ParameterInfo[] {
  return Object.entries(parameters).map(([name, schema]) => ({
    name,
    type: typeOf(schema, language),
    preset: written(property(schema, "default") ?? null),
  }));
}

/** The parameters that a setting gives a value other than the rule's default, as `name: JSON`. */
export function changedParameters({ parameters }: RuleMetadata, setting: RuleSetting | undefined): readonly string[] {
  return Object.entries(setting?.parameters ?? {}).flatMap(([name, value]) => {
    const preset = written(property(parameters[name], "default") ?? null);
    const now = written(value);
    return now === preset ? [] : [`${name}: ${now}`];
  });
}

/** The level that a setting gives; where it is as the rule itself has it, that of the rule. */
export function levelOf({ level }: RuleMetadata, setting: RuleSetting | undefined): RuleMetadata["level"] | "off" {
  if (setting === undefined) return "off";
  return setting.level === "as written" ? level : setting.level;
}

const listOf: Words<(items: string) => string> = {
  en: (items) => `list of ${items}`,
  zh: (items) => `列表（${items}）`,
};

function typeOf(schema: JsonValue | undefined, language: Language): string {
  const allowed = property(schema, "enum");
  if (Array.isArray(allowed))
    return allowed.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" | ");
  const type = property(schema, "type");
  if (type === "array") {
    return listOf[language](typeOf(property(schema, "items"), language));
  }
  if (typeof type === "string") return type;
  return Array.isArray(type) ? type.join(" | ") : "any";
}

/** JSON with a space behind each comma and colon, so that lines of it can be broken. */
function written(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => written(item)).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${written(item ?? null)}`)
    .join(", ")}}`;
}

function property(schema: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  return Object.entries(schema).find(([key]) => key === name)?.[1];
}
