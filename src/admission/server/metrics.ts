import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type SignatureFacts, signatures } from "../../facts/signatures/fact.ts";
import { packageVersion } from "../../package/version.ts";
import type { RegistrationState } from "../registration/registration-watch.ts";
import type { Decision } from "./decision.ts";
import type { ExemptionsReport, InformerState } from "./facts.ts";
import type { ConfigurationState } from "./readiness.ts";

/** What the gauges read when somebody asks for them. */
export interface MetricSources {
  readonly informers: () => readonly InformerState[];
  readonly configuration: () => ConfigurationState;
  readonly registrations: () => readonly RegistrationState[];
  readonly certificateExpires: () => Date;
  readonly reviewsInFlight: () => number;
  /** Null: none are watched. */
  readonly exemptions: () => ExemptionsReport | null;
}

/** A caller can invent kinds; each would be a time series for good. */
const mostKinds = 256;
/** So can he accounts. */
const mostAccounts = 64;
const operations: ReadonlySet<string> = new Set(["CREATE", "UPDATE", "DELETE", "CONNECT"]);
const failureReasons: ReadonlySet<string> = new Set(["deadline", "worker", "complexity", "over-budget"]);
/** Seconds: a review takes well under a millisecond, and the API server waits for 30 s at most. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures that `/metrics` shows. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #kinds = new Set<string>();
  readonly #accounts = new Set<string>();
  readonly #requests: Counter<"operation" | "kind" | "allowed" | "mode">;
  readonly #duration: Histogram;
  readonly #findings: Counter<"rule" | "level">;
  readonly #notJudged: Counter<"rule">;
  readonly #waived: Counter<"rule">;
  readonly #inherited: Counter<"rule">;
  readonly #exempt: Counter<"by">;
  readonly #failures: Counter<"reason">;
  readonly #refused: Counter<"code">;
  readonly #droppedLines: Counter;
  readonly #mutations: Counter<"operation" | "kind" | "mode" | "outcome">;
  readonly #pinned: Counter;
  readonly #untrusted: Counter<"account">;
  readonly #images: Counter<"state" | "cached">;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
      new Counter({ name: `paddlock_${name}`, help, labelNames, registers });
    this.#requests = counter("requests_total", "Reviews answered", "operation", "kind", "allowed", "mode");
    this.#duration = new Histogram({
      name: "paddlock_review_duration_seconds",
      help: "From the arrival of a review to its answer",
      buckets: durationBuckets,
      registers,
    });
    this.#findings = counter("findings_total", "Violations found", "rule", "level");
    this.#notJudged = counter("not_judged_total", "Rules that could not be judged in a review", "rule");
    this.#waived = counter("waived_total", "Violations that a waiver covers", "rule");
    this.#inherited = counter(
      "inherited_total",
      "Violations let in because what made the object had them before its namespace was enforced",
      "rule",
    );
    this.#exempt = counter("exempt_total", "Reviews let in unjudged, by a record or by who asked", "by");
    this.#failures = counter("review_failures_total", "Reviews answered without a judgement, by onError", "reason");
    this.#refused = counter("refused_requests_total", "Requests refused, by HTTP status", "code");
    this.#droppedLines = counter("log_lines_dropped_total", "Log lines dropped because nobody read them");
    this.#mutations = counter("mutations_total", "Requests to mutate", "operation", "kind", "mode", "outcome");
    this.#pinned = counter("pinned_images_total", "Images that were given the digest that was verified");
    this.#images = counter(
      "verified_images_total",
      "Images of reviews by what their signatures say",
      "state",
      "cached",
    );
    this.#untrusted = counter(
      "untrusted_operators_total",
      "Requests by operators at work that the configuration does not trust",
      "account",
    );
    // What has not failed yet is to be seen as well, for an increase begins there.
    for (const reason of [...failureReasons, "rules"]) this.#failures.inc({ reason }, 0);
    for (const by of ["record", "user", "group", "serviceAccount"]) this.#exempt.inc({ by }, 0);
    const gauge = (name: string, help: string, read: () => number): Gauge => {
      const made: Gauge = new Gauge({
        name: `paddlock_${name}`,
        help,
        registers,
        collect: () => made.set(read()),
      });
      return made;
    };
    gauge("reviews_in_flight", "Reviews that have arrived and are not answered", sources.reviewsInFlight);
    gauge("certificate_expiry_timestamp_seconds", "When the serving certificate expires", () =>
      seconds(sources.certificateExpires()),
    );
    gauge("configuration_last_reload_successful", "Whether the newest configuration is in force", () =>
      sources.configuration().refused === null ? 1 : 0,
    );
    gauge("configuration_last_reload_success_timestamp_seconds", "When the configuration in force was loaded", () =>
      seconds(sources.configuration().loadedAt),
    );
    const synced = new Gauge({
      name: "paddlock_informer_synced",
      help: "Whether what is known of a kind is in sync; a kind that the cluster does not serve is not shown",
      labelNames: ["kind"],
      registers,
      collect: () => {
        synced.reset();
        for (const { kind, state } of sources.informers()) {
          if (state !== "absent") synced.set({ kind }, state === "synced" ? 1 : 0);
        }
      },
    });
    const records = new Gauge({
      name: "paddlock_exemption_records",
      help: "Records of break-glass: in force, ended, and texts that are none",
      labelNames: ["state"],
      registers,
      collect: () => {
        records.reset();
        const known = sources.exemptions();
        if (known === null) return;
        records.set({ state: "in-force" }, known.inForce);
        records.set({ state: "ended" }, known.ended);
        records.set({ state: "broken" }, known.broken.length);
      },
    });
    const mismatch = new Gauge({
      name: "paddlock_webhook_configuration_mismatch",
      help: "Whether a webhook configuration is not what the configuration asks for; not shown while that is unknown",
      labelNames: ["name"],
      registers,
      collect: () => {
        mismatch.reset();
        for (const { name, state } of sources.registrations()) {
          if (state !== "unknown") mismatch.set({ name }, state === "agrees" ? 0 : 1);
        }
      },
    });
    new Gauge({
      name: "paddlock_build_info",
      help: "The version that runs",
      labelNames: ["version"],
      registers,
    }).set({ version: packageVersion() }, 1);
    collectDefaultMetrics({ register: this.#registry });
  }

  decided({ record, durationMs }: Decision): void {
    const { kind: asked, allowed, mode, outcome, exempt, findings, pinned } = record;
    const operation = operations.has(record.operation) ? record.operation : "other";
    const kind = bounded(asked, this.#kinds, mostKinds);
    this.#duration.observe(durationMs / 1000);
    if (pinned !== undefined) {
      // What is mutated is reviewed as well: as a review it would count twice.
      this.#mutations.inc({ operation, kind, mode, outcome });
      this.#pinned.inc(pinned);
      return;
    }
    this.#requests.inc({ operation, kind, allowed: allowed ? "true" : "false", mode });
    if (exempt !== undefined) this.#exempt.inc({ by: exempt.by });
    if (outcome === "failed") this.#failures.inc({ reason: failureReason(record.reason) });
    for (const { rule, level, outcome, count, inherited } of findings) {
      if (inherited === true) this.#inherited.inc({ rule }, count);
      if (outcome === "violation") this.#findings.inc({ rule, level }, count);
      else if (outcome === "not-judged") this.#notJudged.inc({ rule }, count);
      else this.#waived.inc({ rule }, count);
    }
  }

  /** What was found out to the questions of a fact, and whether nobody had to be asked. Images are counted. */
  told(fact: string, data: unknown, cached: boolean): void {
    if (fact !== signatures.name) return;
    for (const { state } of Object.values(data as SignatureFacts)) {
      this.#images.inc({ state, cached: cached ? "true" : "false" });
    }
  }

  /** A request was answered with an HTTP status that is no review's. */
  refused(code: number): void {
    this.#refused.inc({ code: String(code) });
  }

  lineDropped(): void {
    this.#droppedLines.inc();
  }

  /** In the format that `contentType` names. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** An operator asked that is not trusted. */
  untrustedOperator(account: string): void {
    this.#untrusted.inc({ account: bounded(account, this.#accounts, mostAccounts) });
  }
}

/** The label of a value that others can invent. */
function bounded(value: string, known: Set<string>, most: number): string {
  if (known.has(value)) return value;
  if (known.size >= most) return "other";
  known.add(value);
  return value;
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}

/** Whatever else is said of a failure is for the log. */
function failureReason(reason: string | undefined): string {
  const code = reason?.split(":", 1)[0];
  return code !== undefined && failureReasons.has(code) ? code : "rules";
}
