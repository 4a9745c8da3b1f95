import { type ExemptionRecords, noRecords } from "../../admission/exemption-records.ts";
import { recordWords } from "../../admission/record-words.ts";
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { FactSources } from "../../facts/terms/source.ts";
import type { FindingLog } from "../../findings/finding-log.ts";
import type { JudgeContext } from "../../judging/context.ts";
import type { Notification } from "../../messages/notification.ts";
import { rolesFor } from "../../relations/needs.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import type { Catalogue } from "../../rules/metadata.ts";
import type { Counts } from "../../scan/file-result.ts";
import { ApiError, TransportError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import { ExemptionStore } from "../exemption-store.ts";
import { AuditRelations } from "./audit-relations.ts";
import { ClusterJudge } from "./cluster-judge.ts";
import { isDisconnection } from "./disconnection.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import { LetIn } from "./let-in.ts";
import { isForbidden, relationProblem, reportProblem } from "./problems.ts";
import { reaching } from "./reaching.ts";
import { Refusals } from "./refusals.ts";
import { apiVersionOf, REPORT_APIS, type ReportApi, servedReportApis } from "./report-api.ts";
import { type ReportCounts, ReportStore } from "./report-store.ts";
import { AuditResults } from "./results.ts";
import { type Scope, scopesOf } from "./scope.ts";
import { ScopeAudit } from "./scope-audit.ts";
import type { AuditShard } from "./shard.ts";
import { type AuditWords, auditWords } from "./words.ts";

export interface AuditOptions {
  readonly client: ClusterClient;
  readonly context: JudgeContext;
  readonly catalogue: Catalogue;
  /** Null: all of them, and what lives in none. */
  readonly namespaces: readonly string[] | null;
  readonly shard: AuditShard | null;
  /** The ConfigMap with the records of break-glass; null: none is named. */
  readonly exemptions: NamespacedName | null;
  /** Who is asked about the objects before they are judged. */
  readonly sources: FactSources;
  /** Null: none are written. `found`: into the API that the cluster serves. */
  readonly reports: ReportApi["name"] | "found" | null;
  /** Whether a report will show pieces of the objects. */
  readonly keepsTexts: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (met: number, known: number) => void;
}

/** What an audit found. */
export interface Audited {
  readonly findings: FindingLog;
  readonly notifications: readonly Notification[];
  readonly counts: Counts;
  /** Indices of the configuration's waivers that waived something, and of those whose target was judged. */
  readonly waivers: { readonly used: ReadonlySet<number>; readonly judged: ReadonlySet<number> };
  /** The text in which an object's findings lie, by the object's shown name. */
  readonly text: (path: string) => string | undefined;
  readonly reports: ({ readonly apiVersion: string } & ReportCounts) | null;
}

/**
 * Judges what a cluster runs, as the webhook would judge it. Goes by pages, and keeps of an object no more than its
 * findings. What cannot be read is a notification, and the rest is judged.
 * @throws ConfigurationError where the cluster cannot be asked at all, or cannot hold the reports that are asked for
 */
export async function audit(options: AuditOptions): Promise<Audited> {
  const { client, context, namespaces, shard, signal } = options;
  const words = auditWords[context.language];
  const judge = await ClusterJudge.prepare(context, options.sources);
  const results = new AuditResults(options.keepsTexts);
  const counts: ReportCounts = { written: 0, unchanged: 0, deleted: 0 };
  const { inventory, apis, relations } = await reaching(client, words, async () => {
    const inventory = await takeInventory(client, judge.kinds, signal);
    const apis = await reportApis(options, inventory, words);
    // Namespaces that are being deleted are known by their objects.
    const roles = new Set(["namespace", ...rolesFor(judge.needs)]);
    const relations = await AuditRelations.read(client, { namespaces, roles, signal });
    return { inventory, apis, relations };
  });
  for (const [group, error] of inventory.unknown) {
    const message = words.unreadableGroup(group, words.reason(error));
    // Whoever may not see a group has none of its kinds in his namespace's role.
    if (namespaces !== null && isForbidden(error)) {
      results.notifications.push({ level: "warning", code: "forbidden", message });
    } else results.addUnreadable({ level: "error", code: "cluster-read", message });
  }
  const refusals = new Refusals(words, namespaces !== null);
  const letIn = await openLetIn(options, results, words);
  const absent = new Set<string>();
  for (const gap of relations.gaps) {
    if (isForbidden(gap.error)) {
      refusals.refusedRelation(gap);
      continue;
    }
    const problem = relationProblem(gap, namespaces !== null, words);
    results.notifications.push(problem);
    if (problem.code === "no-namespace" && gap.namespace !== null) absent.add(gap.namespace);
  }
  const wanted = namespaces?.filter((namespace) => !absent.has(namespace)) ?? null;
  let met = 0;
  try {
    for (const scope of scopesOf(wanted)) {
      const reports = apis === null ? null : await openReports(options, apis, scope, counts, results, words);
      const onProgress = (more: number, remaining: number): void => {
        met += more;
        options.onProgress(met, met + remaining);
      };
      const { kinds, unknown } = inventory;
      const whose = { kinds, scope, shard, judge, relations };
      const part = { client, ...whose, results, letIn, refusals, reports, words, signal, onProgress };
      await new ScopeAudit(part).run((group) => unknown.has(group));
    }
  } catch (error) {
    if (!isDisconnection(error)) throw error;
    results.addUnreadable({ level: "error", code: "cluster-lost", message: words.lost(words.reason(error)) });
  }
  results.addRefusals(refusals.notifications(), refusals.failures);
  return {
    findings: results.findings(),
    notifications: results.notifications,
    counts: results.counts,
    waivers: results.waivers,
    text: (path) => results.text(path),
    reports: apis === null ? null : { apiVersion: apiVersionOf(apis.used), ...counts },
  };
}

/** What lets in what breaks rules. Records that cannot be read let nothing in as far as the audit knows, and that is told. */
async function openLetIn(
  { client, exemptions, context }: AuditOptions,
  results: AuditResults,
  words: AuditWords,
): Promise<LetIn> {
  const { admission } = context.configuration;
  const now = new Date();
  if (exemptions === null) return new LetIn(admission, [], words, now);
  const place = `${exemptions.namespace}/${exemptions.name}`;
  const unreadable = (message: string): ExemptionRecords => {
    results.addUnreadable({ level: "error", code: "exemptions", message });
    return noRecords;
  };
  let known: ExemptionRecords;
  try {
    known = (await new ExemptionStore(client, exemptions).find()) ?? unreadable(words.absentRecords(place));
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TransportError)) throw error;
    known = unreadable(words.noRecords(place, words.reason(error)));
  }
  for (const { key, say } of known.broken) {
    const message = words.brokenRecord(place, key, say(recordWords[context.language]));
    results.notifications.push({ level: "warning", code: "exemptions", message });
  }
  return new LetIn(admission, known.records, words, now);
}

/** The APIs for reports: that which is used, and all that there are. */
export interface ReportApis {
  readonly used: ReportApi;
  readonly served: readonly ReportApi[];
}

/** @throws ConfigurationError where the cluster cannot hold the reports that are asked for */
export async function reportApis(
  { client, reports, signal }: Pick<AuditOptions, "client" | "reports" | "signal">,
  { groups }: Inventory,
  words: AuditWords,
): Promise<ReportApis | null> {
  if (reports === null) return null;
  const served = await servedReportApis(client, groups, signal);
  const used = reports === "found" ? served[0] : served.find(({ name }) => name === reports);
  if (used !== undefined) return { used, served };
  const wanted = REPORT_APIS.find(({ name }) => name === reports);
  const message = wanted === undefined ? words.noReportApi : words.reportApiNotServed(apiVersionOf(wanted));
  throw ConfigurationError.of("no-report-api", message);
}

function openReports(
  { client, catalogue, shard, signal }: AuditOptions,
  { used, served }: ReportApis,
  scope: Scope,
  counts: ReportCounts,
  results: AuditResults,
  words: AuditWords,
): Promise<ReportStore> {
  const categories = new Map(catalogue.rules.map(({ id, category }) => [id, category]));
  return ReportStore.open({
    client,
    api: used,
    served,
    scope,
    shard,
    category: (rule) => categories.get(rule),
    omitted: words.omitted,
    counts,
    onProblem: (problem) => results.notifications.push(reportProblem(problem, words)),
    signal,
  });
}
