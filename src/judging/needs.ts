import type { Configuration } from "../config/configuration.ts";
import type { RuleMetadata } from "../rules/metadata.ts";

/** What the rules need that are on, for some objects at least. What none of them needs is not gathered, watched or asked for. */
export function neededBy(
  rules: readonly Pick<RuleMetadata, "id" | "needs">[],
  { rules: settings, overrides }: Pick<Configuration, "rules" | "overrides">,
): ReadonlySet<string> {
  const isOn = (id: string): boolean => {
    const level = settings[id]?.level;
    return (level !== undefined && level !== "off") || overrides.some((override) => override.rules[id] !== undefined);
  };
  return new Set(rules.filter(({ id }) => isOn(id)).flatMap((rule) => rule.needs));
}
