import type { Configuration } from "../config/configuration.ts";
import type { ReportContext } from "../reporters/reporter.ts";
import { loadTexts } from "../rules/catalogue.ts";
import type { Catalogue, RuleMetadata } from "../rules/metadata.ts";
import { pageUrlOf } from "../rules/page-url.ts";
import type { RuleTexts } from "./catalogue-with-bundles.ts";
import { columnsOf } from "./terminal.ts";

/** By what a report was made. */
export interface JudgedRun {
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly bundleTexts: RuleTexts;
}

/** What reporters may ask of a run, on this terminal. */
export function reportContext(
  { catalogue, configuration, bundleTexts }: JudgedRun,
  shown: Pick<ReportContext, "language" | "command" | "ofCluster" | "colour" | "failOn" | "minCoverage" | "sourceText">,
): ReportContext {
  const { language } = shown;
  let texts: RuleTexts | undefined;
  const ruleOf = (id: string): RuleMetadata | undefined => catalogue.rules.find((rule) => rule.id === id);
  return {
    ...shown,
    columns: columnsOf(process.env),
    rules: catalogue.rules.filter((rule) => configuration.rules[rule.id]?.level !== "off"),
    rule: ruleOf,
    ruleText: (id) => {
      texts ??= { ...loadTexts(language), ...bundleTexts };
      return texts[id];
    },
    ruleUrl: (id) => {
      const rule = ruleOf(id);
      return rule === undefined ? undefined : pageUrlOf(rule, language) || undefined;
    },
  };
}
