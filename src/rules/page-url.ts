import type { Language } from "./metadata.ts";

/** Where a rule's page is published; the same page is generated into `docs/rules`. */
export function rulePageUrl(rule: string, language: Language): string {
  return `https://paddlock.dev/rules/${rule}${language === "zh" ? ".zh" : ""}`;
}
