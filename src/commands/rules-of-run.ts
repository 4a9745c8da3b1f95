import type { Configuration } from "../config/configuration.ts";
import { isSkipped } from "../facts/facts.ts";
import type { SkippedRule } from "../findings/report.ts";
import type { Language, Words } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import type { Catalogue, RuleMetadata } from "../rules/metadata.ts";

/** The rules that are on, and those of them that have nothing to judge by. */
export function rulesOf(
  catalogue: Catalogue,
  configuration: Configuration,
): { readonly on: readonly RuleMetadata[]; readonly skipped: readonly RuleMetadata[] } {
  const on = catalogue.rules.filter((rule) => configuration.rules[rule.id]?.level !== "off");
  return { on, skipped: on.filter((rule) => isSkipped(rule, configuration)) };
}

const en = {
  skipped: "no signature policy",
  unsigned: (rule: string) => `${rule}: there is no signature policy, so no image's signature was judged`,
};
const zh: typeof en = {
  skipped: "未配置签名策略",
  unsigned: (rule) => `${rule}：未配置签名策略，镜像签名未检查`,
};
const words: Words<typeof en> = { en, zh };

/** For the report. */
export function skippedRules(skipped: readonly RuleMetadata[], language: Language): readonly SkippedRule[] {
  return skipped.map(({ id }) => ({ rule: id, reason: words[language].skipped }));
}

/** The strict profile does not pass in silence over a rule that judges nothing. */
export function unsignedNotifications(
  skipped: readonly RuleMetadata[],
  { profile, rules }: Configuration,
  language: Language,
): readonly Notification[] {
  if (profile !== "strict") return [];
  return skipped
    .filter(({ id }) => rules[id]?.level !== "off")
    .map(({ id }) => ({
      level: "warning",
      code: "no-signature-policy",
      message: words[language].unsigned(id),
    }));
}
