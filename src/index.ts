export { type Checked, type CheckOptions, check } from "./commands/check.ts";
export type { Configuration } from "./config/configuration.ts";
export { ConfigurationError } from "./config/configuration-error.ts";
export type { JsonObject, JsonValue } from "./documents/document.ts";
export type { Finding, Level, Outcome } from "./findings/finding.ts";
export type { Notification } from "./findings/notification.ts";
export type { FindingSequence, Report, Summary } from "./findings/report.ts";
export type { Catalogue, Language, RuleMetadata } from "./rules/metadata.ts";
