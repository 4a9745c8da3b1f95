import type { Language } from "../messages/language.ts";
import { loadCatalogue } from "../rules/catalogue.ts";
import type { Catalogue, RuleMetadata, RuleSetting, RuleText } from "../rules/metadata.ts";

/** The words of rules. */
export type RuleTexts = { readonly [rule: string]: RuleText };

/**
 * The catalogue, with the rules of the user's bundles; they are on in every profile.
 * @param bundles absolute paths
 * @throws ConfigurationError for a bundle that cannot be loaded, or whose rule is there already
 */
export async function catalogueWithBundles(
  bundles: readonly string[],
  language: Language,
): Promise<{ readonly catalogue: Catalogue; readonly bundleTexts: RuleTexts }> {
  const own = loadCatalogue();
  if (bundles.length === 0) return { catalogue: own, bundleTexts: {} };
  const { loadUserBundle } = await import("../evaluation/user-bundle.ts");
  const { refused } = await import("../evaluation/bundle-archive.ts");
  const rules: RuleMetadata[] = [...own.rules];
  const bundleTexts: { [rule: string]: RuleText } = {};
  for (const file of bundles) {
    const bundle = loadUserBundle(file, language);
    Object.assign(bundleTexts, bundle.ruleSet.texts);
    for (const rule of bundle.rules) {
      if (rules.some(({ id }) => id === rule.id)) {
        throw refused({ file, language }, (say) => say.ruleTwice(rule.id));
      }
      rules.push(rule);
    }
  }
  const added = rules.slice(own.rules.length);
  const settings = Object.fromEntries(
    added.map(({ id, scope }): [string, RuleSetting] => [id, { level: "as written", scope, parameters: {} }]),
  );
  const { baseline, recommended, strict } = own.profiles;
  const profiles = {
    baseline: { ...baseline, ...settings },
    recommended: { ...recommended, ...settings },
    strict: { ...strict, ...settings },
  };
  return { catalogue: { rules, profiles }, bundleTexts };
}
