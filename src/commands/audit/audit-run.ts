import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditWords } from "../../cluster/audit/words.ts";
import { ClusterClient } from "../../cluster/client.ts";
import { configurationOfRelease, configurationText } from "../configuration-of-release.ts";
import { asFile } from "../configuration-text.ts";
import { type Failing, statusOf } from "../exit-status.ts";
import { writeTo } from "../output.ts";
import { Progress } from "../progress.ts";
import { reportContext } from "../report-context.ts";
import { type Output, writeReport } from "../report-outputs.ts";
import { colourFor, isTerminal } from "../terminal.ts";
import { type ClusterChecked, type ClusterCheckOptions, checkCluster } from "./audit.ts";
import { adviceText, howFarJudged, stoppedText, stoppedWorkloads } from "./would-deny.ts";

/** What the words of the command line ask for. Plain data. */
export interface AuditTask
  extends Omit<ClusterCheckOptions, "client" | "keepsTexts" | "signal" | "onProgress">,
    Failing {
  readonly kubeconfig: string | undefined;
  readonly kubeContext: string | undefined;
  readonly outputs: readonly Output[];
  /** Instead of a report: what enforcing this namespace would stop. */
  readonly wouldDeny: string | null;
  /** The value of `--color`. */
  readonly colour: string | undefined;
  readonly progress: boolean;
}

/** Audits until a signal ends it. What goes wrong in an audit but the first may be right in the next. */
export async function auditAgain(asked: AuditTask, interval: number, signal: AbortSignal): Promise<number> {
  for (let first = true; !signal.aborted; first = false) {
    try {
      await auditOnce(asked, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (first || !(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      writeTo(2, [`paddlock: ${error.message}\n`]);
    }
    await sleep(interval, undefined, { signal }).catch(() => {});
  }
  return 0;
}

/** Audits once, and gives the exit status. */
export async function auditOnce(asked: AuditTask, signal: AbortSignal): Promise<number> {
  const { language, outputs } = asked;
  const client = ClusterClient.connect({ kubeconfig: asked.kubeconfig, context: asked.kubeContext, language });
  const progress = asked.progress && isTerminal(2) ? new Progress() : null;
  let checked: ClusterChecked;
  try {
    checked = await byConfiguration(asked, client, (config) =>
      checkCluster({
        ...asked,
        config,
        client,
        keepsTexts: outputs.some(({ format }) => format === "text"),
        signal,
        onProgress: (met, known) => progress?.update(met, known),
      }),
    );
  } finally {
    progress?.end();
    client.close();
  }
  // What was not judged to the end is nobody's report.
  if (signal.aborted) return 0;
  if (asked.wouldDeny !== null) return tellWouldDeny(asked, asked.wouldDeny, checked);
  const { report, reports, sourceText } = checked;
  const { failOn, minCoverage } = asked;
  const colour = await colourFor(asked.colour, process.env);
  const shown = { language, command: "paddlock audit", ofCluster: true, colour, failOn, minCoverage, sourceText };
  await writeReport(report, outputs, reportContext(checked, shown));
  if (reports !== null) {
    const { apiVersion, written, unchanged, deleted } = reports;
    writeTo(2, [`${auditWords[language].reports(apiVersion, written, unchanged, deleted)}\n`]);
  }
  return statusOf(report, asked);
}

/** What the cluster would stop it stops by its own configuration, so unless another is named it is judged by that. */
async function byConfiguration<Result>(
  { wouldDeny, config, bundles = [], language }: AuditTask,
  client: ClusterClient,
  use: (config: string | undefined) => Promise<Result>,
): Promise<Result> {
  if (wouldDeny === null || config !== undefined) return use(config);
  const files = bundles.map((file) => resolve(file));
  const found = await configurationOfRelease(client, files, language);
  writeTo(2, [`${configurationText(found, language)}\n`]);
  return found.text === null ? use(undefined) : asFile(found.text, use);
}

/** 0: it would stop nothing; 1: something; 2: that could not be told. */
function tellWouldDeny(
  { language, outputs }: AuditTask,
  namespace: string,
  { report, catalogue, configuration }: ClusterChecked,
): number {
  const stopped = stoppedWorkloads(report.findings, catalogue.rules, configuration.admission);
  const isJson = outputs.some(({ format }) => format === "json");
  const text = isJson
    ? `${JSON.stringify({ namespace, workloads: stopped })}\n`
    : stoppedText(namespace, stopped, howFarJudged(report.notifications), language);
  writeTo(1, [text]);
  if (!isJson && stopped.length > 0) writeTo(1, [adviceText(namespace, language)]);
  const failures = report.notifications.filter(({ level }) => level === "error");
  writeTo(
    2,
    report.notifications.map(({ level, message }) => `${level}: ${message}\n`),
  );
  if (failures.length > 0) return 2;
  return stopped.length > 0 ? 1 : 0;
}
