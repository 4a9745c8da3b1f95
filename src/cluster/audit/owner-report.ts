import type { Finding } from "../../findings/finding.ts";
import { compareText } from "../../findings/order.ts";
import { listOf, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { ObjectKey } from "./audited-object.ts";
import { apiVersionOf, type ReportApi } from "./report-api.ts";

/** By this label the audit knows its own reports. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export const MANAGED_BY = { key: "app.kubernetes.io/managed-by", value: "paddlock" } as const;

/** How many results were left out for the size. */
const OMITTED = "paddlock.dev/omitted-results";

/** The API server takes 1.5 MB by default, and the report must still fit when others add their labels to it. */
const MOST_BYTES = 1_000_000;
/** A message or a path beyond this is somebody's data rather than words. */
const MOST_CHARACTERS = 4_096;

export interface OwnerReportOptions {
  readonly api: ReportApi;
  /** The category of a rule. */
  readonly category: (rule: string) => string | undefined;
  /** Says that so many results are left out. */
  readonly omitted: (count: number) => string;
  /** Of the results. */
  readonly mostBytes?: number;
}

/** The name of the report about an object. Kubernetes gives every object a uid that is never used again. */
export function reportName(uid: string): string {
  return `paddlock-${uid}`;
}

/**
 * The report about one object that was judged, as it is to be in the cluster. It depends on the verdict alone: neither
 * times, nor versions, nor the order in which the rules were asked are in it.
 * @param findings of this object, all of them
 */
export function ownerReport(owner: ObjectKey, findings: readonly Finding[], options: OwnerReportOptions): JsonObject {
  const { api, mostBytes = MOST_BYTES } = options;
  const { kind, namespace, name, uid } = owner;
  const reference = { apiVersion: kind.apiVersion, kind: kind.kind, name, uid };
  const all = findings.map((finding) => resultOf(finding, options.category(finding.rule)));
  const ordered = all
    .map((result) => ({ result, text: JSON.stringify(result) }))
    .sort((a, b) => rank(a.result) - rank(b.result) || compareText(a.text, b.text));
  const results: JsonObject[] = [];
  let bytes = 0;
  for (const { result, text } of ordered) {
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > mostBytes) break;
    results.push(result);
  }
  const omitted = all.length - results.length;
  return {
    apiVersion: apiVersionOf(api),
    kind: (namespace === null ? api.cluster : api.namespaced).kind,
    metadata: {
      name: reportName(uid),
      ...(namespace === null ? {} : { namespace }),
      labels: { [MANAGED_BY.key]: MANAGED_BY.value },
      ...(omitted === 0 ? {} : { annotations: { [OMITTED]: String(omitted) } }),
      ownerReferences: [{ ...reference, controller: false }],
    },
    ...(api.hasSource ? { source: "paddlock" } : {}),
    scope: { ...reference, ...(namespace === null ? {} : { namespace }) },
    summary: summaryOf(all),
    results: omitted === 0 ? results : [...results, omission(options.omitted(omitted))],
  };
}

type Outcome = "fail" | "warn" | "pass" | "skip";
type Result = JsonObject & { readonly result: Outcome };

function resultOf(finding: Finding, category: string | undefined): Result {
  const { rule, outcome, message, path, container, fingerprint, waiver } = finding;
  return {
    source: "paddlock",
    policy: "paddlock",
    rule,
    ...(category === undefined ? {} : { category }),
    result: outcomeOf(finding),
    severity: severities[finding.level],
    message: written(message),
    properties: {
      path: written(path),
      ...(container === null ? {} : { container: written(container.name) }),
      fingerprint,
      ...(outcome === "violation" ? {} : { outcome }),
      ...(waiver === undefined ? {} : { reason: written(waiver.reason) }),
      ...(waiver?.expires === undefined ? {} : { expires: waiver.expires }),
    },
  };
}

const severities: { readonly [level in Finding["level"]]: string } = { error: "high", warning: "medium", info: "info" };

function outcomeOf({ outcome, level }: Finding): Outcome {
  if (outcome !== "violation") return "skip";
  return level === "error" ? "fail" : level === "warning" ? "warn" : "pass";
}

/** What is cut off, if anything, are the results that matter least. */
function rank({ result }: Result): number {
  return ["fail", "warn", "skip", "pass"].indexOf(result);
}

function summaryOf(results: readonly Result[]): JsonObject {
  const count = (outcome: Outcome): number => results.filter(({ result }) => result === outcome).length;
  return { pass: count("pass"), fail: count("fail"), warn: count("warn"), error: 0, skip: count("skip") };
}

function omission(message: string): JsonObject {
  return { source: "paddlock", policy: "paddlock", rule: "omitted", result: "skip", severity: "info", message };
}

/**
 * Text as it can travel in a server-side apply, whose bodies are read as YAML: without what YAML takes for a line's end,
 * or does not allow.
 */
function written(text: string): string {
  const cut = text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
  return cut.toWellFormed().replace(unwritable, "\ufffd");
}

const unwritable = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]/gu;

/**
 * What a report in the cluster says of all that `ownerReport` writes, as a text that is the same for equal reports: what
 * servers and others added to it is left out.
 */
export function reportContent(report: JsonObject): string {
  const { apiVersion, kind, metadata, source, scope, summary, results } = report;
  const { name, namespace, labels, annotations, ownerReferences } = objectOf(metadata);
  const owners = listOf(ownerReferences).filter((each) => reportName(String(objectOf(each).uid)) === name);
  const own = {
    ...{ apiVersion, kind, name, namespace, owners, source, scope, summary, results },
    managedBy: objectOf(labels)[MANAGED_BY.key],
    omitted: objectOf(annotations)[OMITTED],
  };
  return canonical(own);
}

/** JSON with the keys of every object in order, and nothing for what is absent. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value as JsonObject).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
