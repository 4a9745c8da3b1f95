export { type Checked, type CheckOptions, check } from "./commands/check.ts";
export type { Configuration } from "./config/configuration.ts";
export { ConfigurationError } from "./config/configuration-error.ts";
export type { JsonObject, JsonValue } from "./documents/document.ts";
export type { Finding, Outcome } from "./findings/finding.ts";
export type { FindingSequence, Report, Summary } from "./findings/report.ts";
export type { Notification } from "./notification.ts";
export type { Catalogue, Language, Level, RuleMetadata } from "./rules/metadata.ts";
