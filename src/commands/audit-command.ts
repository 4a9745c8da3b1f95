import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration } from "../admission/server/deadline.ts";
import { readShard, type Shard } from "../cluster/audit/shard.ts";
import { auditWords } from "../cluster/audit/words.ts";
import { ClusterClient } from "../cluster/client.ts";
import type { Language } from "../rules/metadata.ts";
import { type ClusterChecked, checkCluster } from "./audit.ts";
import { auditOptions } from "./audit-options.ts";
import { levelOf, statusOf } from "./exit-status.ts";
import { writeTo } from "./output.ts";
import { Progress } from "./progress.ts";
import { reportContext } from "./report-context.ts";
import { type Output, outputsOf, writeReport } from "./report-outputs.ts";
import { colourFor, isTerminal } from "./terminal.ts";
import { type ParsedOptions, parseOptions, UsageError } from "./usage.ts";

/** Milliseconds between two audits of `--watch`. */
const USUAL_INTERVAL = 600_000;
const SHORTEST_INTERVAL = 1_000;
/** What a timer can hold. */
const LONGEST_INTERVAL = 2 ** 31 - 1;

/** What the words of the command line ask for. */
interface Asked {
  readonly options: ParsedOptions;
  readonly outputs: readonly Output[];
  readonly namespaces: readonly string[] | null;
  readonly shard: Shard | null;
  readonly language: Language;
}

/** `paddlock audit`: judges what a cluster runs, writes the reports, and gives the exit status. */
export async function auditCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, auditOptions);
  const [operand] = options.operands;
  if (operand !== undefined)
    throw new UsageError(`audit takes no operand: "${operand}"; --namespace names a namespace`);
  const asked: Asked = {
    options,
    outputs: await outputsOf(options.list("format") ?? ["text"]),
    namespaces: namespacesOf(options),
    shard: shardOf(options),
    language,
  };
  if (options.text("report-api") !== undefined && !options.flag("policy-reports")) {
    throw new UsageError("--report-api goes with --policy-reports");
  }
  const interval = intervalOf(options);
  if (options.flag("watch")) return auditAgain(asked, interval);
  return auditOnce(asked, undefined);
}

/** Audits until a signal ends it. What goes wrong in an audit but the first may be right in the next. */
async function auditAgain(asked: Asked, interval: number): Promise<number> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  const { signal } = ended;
  try {
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
  } finally {
    process.off("SIGTERM", end);
    process.off("SIGINT", end);
  }
  return 0;
}

async function auditOnce(asked: Asked, signal: AbortSignal | undefined): Promise<number> {
  const { options, language, outputs } = asked;
  const { kubeconfig, context } = { kubeconfig: options.text("kubeconfig"), context: options.text("kube-context") };
  const client = ClusterClient.connect({ kubeconfig, context, language });
  const progress = options.text("progress") !== "never" && isTerminal(2) ? new Progress() : null;
  let checked: ClusterChecked;
  try {
    checked = await checkCluster({
      client,
      namespaces: asked.namespaces,
      shard: asked.shard,
      config: options.text("config"),
      profile: options.text("profile"),
      rules: options.list("rule"),
      skip: options.list("skip"),
      bundles: options.list("bundle"),
      kubernetesVersion: options.text("kubernetes-version"),
      language,
      reports: options.flag("policy-reports") ? reportApiOf(options) : null,
      keepsTexts: outputs.some(({ format }) => format === "text"),
      signal,
      onProgress: (met, known) => progress?.update(met, known),
    });
  } finally {
    progress?.end();
    client.close();
  }
  // What was not judged to the end is nobody's report.
  if (signal?.aborted) return 0;
  const { report, reports, sourceText } = checked;
  const failOn = levelOf(options.text("fail-on"));
  const colour = await colourFor(options.text("color"), process.env);
  const command = "paddlock audit";
  await writeReport(report, outputs, reportContext(checked, { language, colour, failOn, sourceText, command }));
  if (reports !== null) {
    const { apiVersion, written, unchanged, deleted } = reports;
    writeTo(2, [`${auditWords(language).reports(apiVersion, written, unchanged, deleted)}\n`]);
  }
  return statusOf(report, failOn, options.flag("fail-on-not-judged"));
}

function namespacesOf(options: ParsedOptions): readonly string[] | null {
  const namespaces = options.list("namespace");
  if (namespaces === undefined) return null;
  if (options.flag("all-namespaces")) throw new UsageError("--namespace and --all-namespaces exclude each other");
  const wrong = namespaces.find((namespace) => !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no name of a namespace`);
  return namespaces;
}

function shardOf(options: ParsedOptions): Shard | null {
  const written = options.text("shard");
  if (written === undefined) return null;
  const { JOB_COMPLETION_INDEX } = process.env;
  const shard = readShard(written, JOB_COMPLETION_INDEX);
  if (shard !== null) return shard;
  if (written.startsWith("auto/") && JOB_COMPLETION_INDEX === undefined) {
    throw new UsageError("--shard auto/N is for the pods of an Indexed Job: JOB_COMPLETION_INDEX is not set");
  }
  const index = written.startsWith("auto/") ? `, with JOB_COMPLETION_INDEX ${JOB_COMPLETION_INDEX}` : "";
  throw new UsageError(`--shard is I/N with I from 1 to N, as 3/8, not "${written}"${index}`);
}

function intervalOf(options: ParsedOptions): number {
  const written = options.text("interval");
  if (written === undefined) return USUAL_INTERVAL;
  if (!options.flag("watch")) throw new UsageError("--interval goes with --watch");
  const interval = parseDuration(written);
  if (interval === null || interval < SHORTEST_INTERVAL || interval > LONGEST_INTERVAL) {
    throw new UsageError(`--interval is a time from 1s on, as 90s, 10m or 1h, not "${written}"`);
  }
  return interval;
}

function reportApiOf(options: ParsedOptions): "openreports" | "wgpolicy" | "found" {
  const written = options.text("report-api");
  return written === "openreports" || written === "wgpolicy" ? written : "found";
}
