import { type AuditShard, readShard } from "../../cluster/audit/shard.ts";
import { parseDuration } from "../../json/duration.ts";
import type { Language } from "../../messages/language.ts";
import { levelOf, minCoverageOf } from "../exit-status.ts";
import { namespacedName } from "../release-place.ts";
import { outputsOf } from "../report-outputs.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { auditOptions } from "./audit-options.ts";
import { type AuditStart, runInThread, serveThread } from "./audit-thread.ts";
import { preflightCommand } from "./preflight-command.ts";

/** Milliseconds between two audits of `--watch`. */
const USUAL_INTERVAL = 600_000;
const SHORTEST_INTERVAL = 1_000;
/** What a timer can hold. */
const LONGEST_INTERVAL = 2 ** 31 - 1;

// The thread that audits is started with this very file.
serveThread();

/** `paddlock audit`: judges what a cluster runs, writes the reports, and gives the exit status. */
export async function auditCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, auditOptions, language);
  const start = await startOf(options, language);
  if (!options.flag("preflight")) return runInThread(import.meta.filename, start);
  return preflightCommand(start.task);
}

async function startOf(options: ParsedOptions, language: Language): Promise<AuditStart> {
  const { say } = options;
  const [operand] = options.operands;
  if (operand !== undefined) {
    throw new UsageError(say.namespaceOperand(operand));
  }
  if (options.text("report-api") !== undefined && !options.flag("policy-reports")) {
    throw new UsageError(say.goesWith("--report-api", "--policy-reports"));
  }
  for (const other of ["watch", "shard"]) {
    if (options.flag("preflight") && options.flag(other)) {
      throw new UsageError(say.exclude("--preflight", `--${other}`));
    }
  }
  const wouldDeny = wouldDenyOf(options);
  const exemptions = options.text("exemptions");
  const interval = intervalOf(options);
  const task: AuditStart["task"] = {
    kubeconfig: options.text("kubeconfig"),
    kubeContext: options.text("kube-context"),
    outputs: await outputsOf(options.list("format") ?? ["text"], say),
    failOn: levelOf(options.text("fail-on")),
    failOnNotJudged: options.flag("fail-on-not-judged"),
    minCoverage: minCoverageOf(options),
    colour: options.text("color"),
    progress: options.text("progress") !== "never",
    namespaces: wouldDeny === null ? namespacesOf(options) : [wouldDeny],
    exemptions: exemptions === undefined ? null : namespacedName("exemptions", exemptions, say),
    wouldDeny,
    shard: shardOf(options),
    config: options.text("config"),
    profile: options.text("profile"),
    rules: options.list("rule"),
    skip: options.list("skip"),
    bundles: options.list("bundle"),
    kubernetesVersion: options.text("kubernetes-version"),
    language,
    reports: options.flag("policy-reports") ? reportApiOf(options) : null,
  };
  return { task, interval: options.flag("watch") ? interval : null };
}

function namespacesOf(options: ParsedOptions): readonly string[] | null {
  const namespaces = options.list("namespace");
  if (namespaces === undefined) return null;
  if (options.flag("all-namespaces")) throw new UsageError(options.say.exclude("--namespace", "--all-namespaces"));
  const wrong = namespaces.find((namespace) => !isNamespace(namespace));
  if (wrong !== undefined) throw new UsageError(options.say.noNamespace(wrong));
  return namespaces;
}

/** The namespace of `--would-deny`, which is a question of its own. */
function wouldDenyOf(options: ParsedOptions): string | null {
  const namespace = options.text("would-deny");
  if (namespace === undefined) return null;
  const others = [
    "preflight",
    "namespace",
    "all-namespaces",
    "shard",
    "watch",
    "policy-reports",
    "fail-on",
    "fail-on-not-judged",
    "min-coverage",
  ];
  const stray = others.find((name) => options.flag(name));
  if (stray !== undefined) throw new UsageError(options.say.exclude("--would-deny", `--${stray}`));
  if (!isNamespace(namespace)) throw new UsageError(options.say.noNamespace(namespace));
  const [format = "text", more] = options.list("format") ?? [];
  if (more !== undefined || (format !== "text" && format !== "json")) {
    throw new UsageError(options.say.formatsOf("--would-deny", more ?? format));
  }
  return namespace;
}

function isNamespace(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

function shardOf(options: ParsedOptions): AuditShard | null {
  const written = options.text("shard");
  if (written === undefined) return null;
  const { JOB_COMPLETION_INDEX } = process.env;
  const shard = readShard(written, JOB_COMPLETION_INDEX);
  if (shard !== null) return shard;
  if (written.startsWith("auto/") && JOB_COMPLETION_INDEX === undefined) {
    throw new UsageError(options.say.noIndex);
  }
  const index = written.startsWith("auto/") ? (JOB_COMPLETION_INDEX ?? null) : null;
  throw new UsageError(options.say.shard(written, index));
}

function intervalOf(options: ParsedOptions): number {
  const written = options.text("interval");
  if (written === undefined) return USUAL_INTERVAL;
  if (!options.flag("watch")) throw new UsageError(options.say.goesWith("--interval", "--watch"));
  const interval = parseDuration(written);
  if (interval === null || interval < SHORTEST_INTERVAL || interval > LONGEST_INTERVAL) {
    throw new UsageError(options.say.form("--interval", options.say.interval, written));
  }
  return interval;
}

function reportApiOf(options: ParsedOptions): "openreports" | "wgpolicy" | "found" {
  const written = options.text("report-api");
  return written === "openreports" || written === "wgpolicy" ? written : "found";
}
