import type { JsonValue } from "../json/value.ts";
import type { Language, Words } from "../messages/language.ts";
import type { RuleText } from "./metadata.ts";

/** A value of the manifest longer than this is cut in a message; `args` of the finding keep it whole. */
const LONGEST_VALUE = 240;
const words: Words<{ readonly none: string; readonly separator: string }> = {
  en: { none: "none", separator: ", " },
  zh: { none: "无", separator: "、" },
};
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Puts facts into words: `{name}` becomes `args.name`, a list is joined by ", " (in Chinese by "、"). A placeholder
 * without a fact stays as it is written, braces that hold no plain name (`{}`, `{key: value}`) too.
 */
export function renderMessage(
  template: string,
  args: { readonly [name: string]: JsonValue },
  language: Language = "en",
): string {
  if (!template.includes("{")) return template;
  return template.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    return value === undefined ? placeholder : argumentText(value, language);
  });
}

/** A template without a case at hand, for the pages of a rule: `{name}` becomes `<name>`. */
export function generalText(template: string): string {
  return template.replace(PLACEHOLDER, "<$1>");
}

/** How a fact reads within a sentence. */
export function argumentText(value: JsonValue, language: Language): string {
  if (typeof value === "string") return shorten(value);
  if (Array.isArray(value)) {
    const { none, separator } = words[language];
    if (value.length === 0) return none;
    const items: readonly JsonValue[] = value;
    return shorten(items.map((item) => argumentText(item, language)).join(separator));
  }
  return shorten(JSON.stringify(value));
}

/** The templates that fit a case of a rule: its own words where it has them, else the rule's general ones. */
export function textFor(rule: RuleText, name?: string): { readonly message: string; readonly remedy: string } {
  const own = name !== undefined && Object.hasOwn(rule.cases, name) ? rule.cases[name] : undefined;
  return { message: own?.message ?? rule.message, remedy: own?.remedy ?? rule.remedy };
}

/** Keeps both ends, for the tag of an image is at its end. */
function shorten(text: string): string {
  if (text.length <= LONGEST_VALUE) return text;
  const half = (LONGEST_VALUE - 1) >> 1;
  return `${text.slice(0, half).toWellFormed()}…${text.slice(-half).toWellFormed()}`;
}
