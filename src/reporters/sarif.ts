import type { Finding, RelatedPlace, Waiver } from "../findings/finding.ts";
import type { Report, SkippedRule } from "../findings/report.ts";
import type { Notification } from "../messages/notification.ts";
import { generalText } from "../rules/message.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import { isComplete } from "./describe.ts";
import { isWholeLine } from "./frame.ts";
import { jsonText } from "./json-text.ts";
import { inlineMarkdown, remedyMarkdown } from "./markdown-text.ts";
import type { ReportContext } from "./reporter.ts";
import { fileUri } from "./uri.ts";
import { reporterWords } from "./words.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT = "SRCROOT";
const LEVELS = { error: "error", warning: "warning", info: "note" } as const;
/** What GitHub's code scanning sorts rules by. */
const PROBLEM_SEVERITY = { error: "error", warning: "warning", info: "recommendation" } as const;

/** SARIF 2.1.0: a log of one run, a result a line. */
export function* sarifReport(report: Report, context: ReportContext): Iterable<string> {
  const run = {
    tool: { driver: driver(report, context) },
    invocations: [invocation(report, context)],
    language: context.language === "zh" ? "zh-CN" : "en-US",
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: {
      [ROOT]: { description: { text: "The root of the git work tree, or the working directory." } },
    },
  };
  yield `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[${jsonText(run).slice(0, -1)},"results":[`;
  const results = new Results(report, context);
  let separator = "\n";
  for (const finding of report.findings) {
    yield separator + jsonText(results.result(finding));
    separator = ",\n";
  }
  yield "\n]}]}\n";
}

function driver({ tool, notifications, skippedRules }: Report, context: ReportContext): object {
  const codes = new Set(notifications.map(({ code }) => code));
  if (skippedRules.length > 0) codes.add(SKIPPED);
  return {
    name: tool.name,
    version: tool.version,
    semanticVersion: tool.version,
    rules: context.rules.map((rule) => reportingDescriptor(rule, context)),
    notifications: [...codes].sort().map((id) => ({ id })),
  };
}

function reportingDescriptor({ id, category, scope, level, references }: RuleMetadata, context: ReportContext): object {
  const text = context.ruleText(id);
  const properties = {
    tags: ["kubernetes", "paddlepaddle", category],
    scope,
    "problem.severity": PROBLEM_SEVERITY[level],
  };
  const common = { id, helpUri: context.ruleUrl(id), defaultConfiguration: { level: LEVELS[level] }, properties };
  if (text === undefined) return common;
  const remedy = generalText(text.remedy);
  const words = reporterWords[context.language];
  return {
    ...common,
    shortDescription: { text: text.title },
    fullDescription: { text: text.rationale },
    help: {
      text: [
        text.rationale,
        words.labelled(words.fix, remedy),
        ...references.map(({ title, url }) => `${title}: ${url}`),
      ].join("\n\n"),
      markdown: [
        inlineMarkdown(text.rationale),
        `**${words.fix}**`,
        remedyMarkdown(remedy),
        references.map(({ title, url }) => `- [${inlineMarkdown(title)}](${encodeURI(url)})`).join("\n"),
      ]
        .filter((part) => part !== "")
        .join("\n\n"),
    },
  };
}

const SKIPPED = "rule-skipped";

function invocation(report: Report, context: ReportContext): object {
  return {
    executionSuccessful: isComplete(report),
    toolExecutionNotifications: report.notifications.map(executionNotification),
    toolConfigurationNotifications: report.skippedRules.map((skipped) => skippedNotification(skipped, context)),
  };
}

function executionNotification({ level, code, message, file, line, column }: Notification): object {
  const region = line === undefined ? undefined : { startLine: line, startColumn: column };
  return {
    descriptor: { id: code },
    level,
    message: { text: message },
    locations: file === undefined ? undefined : [{ physicalLocation: { artifactLocation: artifact(file), region } }],
  };
}

function skippedNotification({ rule, reason }: SkippedRule, context: ReportContext): object {
  const { aside, skipped } = reporterWords[context.language];
  return {
    descriptor: { id: SKIPPED },
    associatedRule: { id: rule },
    level: "note",
    message: { text: skipped([aside(rule, reason)]) },
  };
}

function artifact(file: string): object {
  const { uri, relative } = fileUri(file);
  return relative ? { uri, uriBaseId: ROOT } : { uri };
}

/** Findings as results: what all of a run's must have in common is asked once. */
class Results {
  readonly #indices: ReadonlyMap<string, number>;
  readonly #context: ReportContext;
  /** Either every result of a run says whether it is suppressed, or none (section 3.27.23). */
  readonly #suppressions: boolean;
  readonly #baseline: boolean;

  constructor({ summary }: Report, context: ReportContext) {
    this.#indices = new Map(context.rules.map(({ id }, index) => [id, index]));
    this.#context = context;
    this.#suppressions = summary.waived + summary.baselined > 0;
    this.#baseline = summary.baselined > 0;
  }

  result(finding: Finding): object {
    const review = finding.outcome === "not-judged";
    return {
      ruleId: finding.rule,
      ruleIndex: this.#indices.get(finding.rule),
      kind: review ? "review" : "fail",
      level: review ? "none" : LEVELS[finding.level],
      message: { text: finding.remedy === "" ? finding.message : `${finding.message}\n${finding.remedy}` },
      locations: [location(finding)],
      relatedLocations: finding.related?.map(relatedLocation),
      partialFingerprints: { "paddlock/v1": finding.fingerprint },
      baselineState: this.#baseline ? (finding.outcome === "baselined" ? "unchanged" : "new") : undefined,
      suppressions: this.#suppressions ? this.#suppressed(finding) : undefined,
      properties: { path: finding.path, container: finding.container ?? undefined },
    };
  }

  #suppressed({ outcome, waiver }: Finding): object[] {
    const { outcome: words } = reporterWords[this.#context.language];
    if (outcome === "baselined") return [{ kind: "external", status: "accepted", justification: words.baselined }];
    if (outcome !== "waived") return [];
    const kind = waiver === undefined || waiver.source === "configuration" ? "external" : "inSource";
    return [{ kind, status: "accepted", justification: waiver === undefined ? words.waived : justification(waiver) }];
  }
}

function justification({ reason, expires }: Waiver): string {
  return expires === undefined ? reason : `${reason} (≤ ${expires})`;
}

/** Where nothing is known of the place, the object is named alone (section 3.28.5). */
function relatedLocation({ message, file, line, column, resource }: RelatedPlace, index: number): object {
  const region = line === 0 ? undefined : { startLine: line, startColumn: column };
  return {
    id: index + 1,
    message: { text: message },
    physicalLocation: file === "" ? undefined : { artifactLocation: artifact(file), region },
    logicalLocations: [logicalLocation(resource)],
  };
}

function logicalLocation({ apiVersion, kind, namespace, name }: Finding["resource"], path = ""): object {
  return {
    name: name ?? undefined,
    kind: "resource",
    fullyQualifiedName: `${[apiVersion, kind, namespace ?? "", name ?? ""].join("/")}${path}`,
  };
}

function location(finding: Finding): object {
  const { file, line, column, endLine, endColumn, path, resource } = finding;
  const region = isWholeLine(finding)
    ? { startLine: line }
    : { startLine: line, startColumn: column, endLine, endColumn };
  return {
    physicalLocation: { artifactLocation: artifact(file), region },
    logicalLocations: [logicalLocation(resource, `#${path}`)],
  };
}
