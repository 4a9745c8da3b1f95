import type { Language } from "../messages/language.ts";
import type { RuleMetadata } from "./metadata.ts";

/** Where a rule's page is published; the same page is generated into `docs/rules`. */
export function rulePageUrl(rule: string, language: Language): string {
  return `https://paddlock.dev/rules/${rule}${language === "zh" ? ".zh" : ""}`;
}

/** The page of a rule; "" for a rule out of a user's bundle, which has none. */
export function pageUrlOf({ id, category }: RuleMetadata, language: Language): string {
  return category === "custom" ? "" : rulePageUrl(id, language);
}
