import type { Language } from "../messages/language.ts";
import { loadCatalogue, loadTexts, loadWasm } from "../rules/catalogue.ts";
import { CompiledRules } from "./policy.ts";
import { RuleSet } from "./rule-set.ts";

/**
 * Our own rules, and those of the user's bundles.
 * @param bundles paths of `.tar.gz` files
 * @throws ConfigurationError for a bundle that cannot be read or that does not obey the contract.
 */
export async function loadRuleSets(bundles: readonly string[], language: Language): Promise<readonly RuleSet[]> {
  const own = new RuleSet(new CompiledRules(loadWasm()), loadCatalogue().rules, loadTexts(language), false);
  if (bundles.length === 0) return [own];
  const { loadUserBundle } = await import("./user-bundle.ts");
  return [own, ...bundles.map((file) => loadUserBundle(file, language).ruleSet)];
}
