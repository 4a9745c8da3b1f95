import { formatPath } from "../json/path.ts";
import type { Path } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import type { Resource } from "../resources/resource.ts";
import { renderMessage, textFor } from "../rules/message.ts";
import type { Level, RuleMetadata, RuleSetting, RuleText } from "../rules/metadata.ts";
import { pageUrlOf } from "../rules/page-url.ts";
import type { Violation } from "../rules/violation.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import type { ContainerIdentity } from "../workloads/container-identity.ts";
import type { Finding } from "./finding.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** What a violation needs to become a finding. */
export interface JoinContext {
  readonly file: SourceFile;
  readonly resource: Resource;
  readonly container: ContainerIdentity | null;
  readonly rule: RuleMetadata;
  readonly setting: RuleSetting;
  readonly text: RuleText;
  readonly language: Language;
  /** The path with indices replaced by the elements' names. */
  readonly namedPath: (path: Path) => string;
}

/**
 * Puts a violation into words and into its place. A violation of an absent field stands on the nearest parent that is
 * there; `not-judged` is always info. Lines are those of the text that was read.
 */
export function joinViolation(violation: Violation, context: JoinContext): Finding {
  const { file, resource, container, rule, setting, text, language } = context;
  const { field, region } = resource.document.locate([...resource.at, ...violation.path], resource.at);
  const path = field.slice(resource.at.length);
  const { message, remedy } = textFor(text, violation.case);
  return {
    rule: rule.id,
    level: levelOf(violation, rule, setting),
    outcome: violation.outcome ?? "violation",
    message: renderMessage(message, violation.args, language),
    remedy: renderMessage(remedy, violation.args, language),
    url: pageUrlOf(rule, language),
    file: file.path,
    ...region,
    path: formatPath(path),
    resource: resource.identity,
    container,
    args: violation.args,
    fingerprint: fingerprintOf({
      rule: rule.id,
      file: file.path,
      resource: resource.identity,
      group: resource.group,
      namedPath: context.namedPath(path),
      args: violation.args,
    }),
  };
}

function levelOf(violation: Violation, rule: RuleMetadata, setting: RuleSetting): Level {
  if (violation.outcome === "not-judged") return "info";
  if (setting.level === "as written" || setting.level === "off") return violation.level ?? rule.level;
  return setting.level;
}
