import { resolve } from "node:path";
import { type Audited, audit } from "../../cluster/audit/audit.ts";
import type { ReportApi } from "../../cluster/audit/report-api.ts";
import { serverVersion } from "../../cluster/audit/server-version.ts";
import type { AuditShard } from "../../cluster/audit/shard.ts";
import type { ClusterClient } from "../../cluster/client.ts";
import { pullSecretCredentials } from "../../cluster/pull-secrets.ts";
import { secretValue } from "../../cluster/secret-value.ts";
import { utcDay } from "../../config/calendar-date.ts";
import { loadConfiguration } from "../../config/load.ts";
import type { Report } from "../../findings/report.ts";
import type { JudgeContext } from "../../judging/context.ts";
import type { Language } from "../../messages/language.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { catalogueWithBundles } from "../catalogue-with-bundles.ts";
import { kubernetesVersionOf } from "../kubernetes-version.ts";
import { openSignatures } from "../open-signatures.ts";
import type { JudgedRun } from "../report-context.ts";
import { reportOf } from "../report-of.ts";

/** What to judge in a cluster, and how. */
export interface ClusterCheckOptions {
  readonly client: ClusterClient;
  /** Null: all of them, and what lives in none. */
  readonly namespaces: readonly string[] | null;
  readonly shard: AuditShard | null;
  /** The ConfigMap with the records of break-glass; null: none is named. */
  readonly exemptions?: NamespacedName | null | undefined;
  readonly config?: string | undefined;
  readonly profile?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly bundles?: readonly string[] | undefined;
  readonly kubernetesVersion?: string | undefined;
  readonly language: Language;
  readonly reports: ReportApi["name"] | "found" | null;
  readonly keepsTexts: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (met: number, known: number) => void;
}

/** A report about a cluster, and what reporters want to know besides. */
export interface ClusterChecked extends JudgedRun {
  readonly report: Report;
  readonly sourceText: (path: string) => string | undefined;
  /** What became of the reports in the cluster; null where none were asked for. */
  readonly reports: Audited["reports"];
}

/**
 * Judges what a cluster runs, and makes of it the report that `check` makes of files.
 * @throws ConfigurationError for a configuration or rule that is not right, and where the cluster cannot be asked
 */
export async function checkCluster(options: ClusterCheckOptions): Promise<ClusterChecked> {
  const started = performance.now();
  const { client, language, signal } = options;
  const cwd = process.cwd();
  const bundles = (options.bundles ?? []).map((file) => resolve(cwd, file));
  const { catalogue, bundleTexts } = await catalogueWithBundles(bundles, language);
  const { config: file, profile, rules, skip } = options;
  const configuration = await loadConfiguration({ cwd, file, profile, rules, skip, language, catalogue });
  const asked = kubernetesVersionOf(options.kubernetesVersion, language) ?? configuration.kubernetesVersion;
  const today = utcDay(new Date());
  const context: JudgeContext = {
    configuration,
    language,
    today,
    door: "audit",
    baseline: [],
    bundles,
    kubernetesVersion: asked ?? (await serverVersion(client, signal)) ?? null,
    defaultNamespace: "default",
    namespaceGiven: true,
  };
  const { pullSecrets } = configuration.registries;
  const signatures = await openSignatures(catalogue, configuration, {
    language,
    loadSecret: (secret) => secretValue(client, secret),
    ...(pullSecrets.length === 0 ? {} : { credentials: pullSecretCredentials(client, pullSecrets) }),
  });
  let audited: Audited;
  try {
    audited = await audit({
      ...options,
      exemptions: options.exemptions ?? null,
      context,
      catalogue,
      sources: signatures === null ? {} : { signatures },
    });
  } finally {
    await signatures?.close();
  }
  const report = reportOf(audited, { catalogue, configuration, language, today, started });
  return { report, catalogue, configuration, bundleTexts, sourceText: audited.text, reports: audited.reports };
}
