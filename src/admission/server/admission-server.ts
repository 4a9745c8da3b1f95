import type { RequestListener } from "node:http";
import type { CertificateSource } from "../certificates/certificate-source.ts";
import type { ClientAuthorities } from "../certificates/file-certificates.ts";
import { exemptWarnings } from "../exempt-warnings.ts";
import type { RegistrationState } from "../registration/registration-watch.ts";
import type { ReviewFacts } from "../review-facts.ts";
import { Activity } from "./activity.ts";
import type { Decision } from "./decision.ts";
import type { ExemptionsReport, InformerState } from "./facts.ts";
import type { ServerLimits } from "./limits.ts";
import { type ListenAddress, Listener } from "./listener.ts";
import type { ServerLog } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { OperatorsAtWork } from "./operators-at-work.ts";
import type { PoliciesInForce } from "./policies.ts";
import { type ConfigurationState, Readiness } from "./readiness.ts";
import { send, sendJson, sendText } from "./reply.ts";
import { ReviewHandler } from "./review-handler.ts";
import { type Route, router } from "./router.ts";
import type { Tracing } from "./tracing.ts";

export interface AdmissionServerOptions {
  readonly listen: ListenAddress;
  /** Where probes and metrics are served over plain HTTP too; null: nowhere. */
  readonly metricsListen: ListenAddress | null;
  readonly certificates: CertificateSource;
  /** Whose certificates callers need; null: they need none. */
  readonly clientAuthorities: ClientAuthorities | null;
  readonly policies: PoliciesInForce;
  readonly configuration: () => ConfigurationState;
  readonly facts: ReviewFacts;
  readonly informers: () => readonly InformerState[];
  /** What is known of the records of break-glass; null: none are watched. */
  readonly exemptions: () => ExemptionsReport | null;
  readonly registrations: () => readonly RegistrationState[];
  readonly limits: ServerLimits;
  readonly log: ServerLog;
  readonly tracing: Tracing | null;
  readonly syncTimeoutMs: number;
}

/** How the server comes to its end, in milliseconds. */
export interface EndOptions {
  /** How long it still takes everything, while those who send reviews learn that it is not ready. */
  readonly delayMs: number;
  /** From the beginning of the end until what is left is cut off. */
  readonly graceMs: number;
}

/** Nothing came for so long: nobody sends reviews here any more. */
const quietMs = 500;
const lookMs = 50;

/** The webhook as it listens: reviews over TLS, probes and metrics. */
export class AdmissionServer {
  readonly url: string;
  /** Null where metrics have no address of their own. */
  readonly metricsUrl: string | null;
  readonly metrics: Metrics;
  readonly #listeners: readonly Listener[];
  readonly #activity: Activity;
  readonly #readiness: Readiness;
  readonly #closing: { now: boolean };

  private constructor(parts: {
    readonly tls: Listener;
    readonly plain: Listener | null;
    readonly metrics: Metrics;
    readonly activity: Activity;
    readonly readiness: Readiness;
    readonly closing: { now: boolean };
  }) {
    const { tls, plain, metrics, activity, readiness, closing } = parts;
    this.url = tls.url;
    this.metricsUrl = plain?.url ?? null;
    this.metrics = metrics;
    this.#listeners = plain === null ? [tls] : [tls, plain];
    this.#activity = activity;
    this.#readiness = readiness;
    this.#closing = closing;
  }

  /** @throws the system's error where an address cannot be had. */
  static async open(options: AdmissionServerOptions): Promise<AdmissionServer> {
    const { certificates, clientAuthorities, configuration, informers, registrations, limits, log } = options;
    const { tracing, policies, facts, exemptions } = options;
    const activity = new Activity();
    const closing = { now: false };
    const certificateExpires = (): Date => certificates.current.expires;
    const certificateProblem = (): string | null => certificates.problem ?? clientAuthorities?.problem ?? null;
    const readiness = new Readiness({
      informers,
      configuration,
      registrations,
      certificateExpires,
      certificateProblem,
      exemptions,
      warnings: () => exemptWarnings(policies.current.reviewer.configuration.admission.exempt),
      syncTimeoutMs: options.syncTimeoutMs,
    });
    const metrics = new Metrics({
      informers,
      configuration,
      registrations,
      certificateExpires,
      reviewsInFlight: () => activity.inFlight,
      exemptions,
    });
    const onRefused = (status: number): void => metrics.refused(status);
    const onError = (error: unknown): void =>
      log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, "internal error");
    const operators = new OperatorsAtWork({
      onFound: ({ account, owned, setting }) => {
        const { kind, name } = owned.controller;
        const { namespace } = owned;
        log.warn({ account, owner: kind, name, namespace, setting }, "an operator is at work that is not trusted");
      },
      onRequest: (account) => metrics.untrustedOperator(account),
    });
    const reviews = new ReviewHandler({
      policies,
      facts,
      limits,
      activity,
      onFact: (fact, data, cached) => metrics.told(fact, data, cached),
      onUntrusted: (operator, owners) => operators.seen(operator, owners),
      onRefused,
      onError,
      onDecision: (decision: Decision) => {
        metrics.decided(decision);
        log.decided(decision);
        tracing?.decided(decision);
      },
    });
    const probes = probeRoutes(readiness, metrics);
    const answer = (routes: { readonly [path: string]: Route }, clientCertificate: boolean): RequestListener =>
      router({ routes, clientCertificate, closing: () => closing.now, onRefused, onError });
    const tls = await Listener.open({
      address: options.listen,
      tls: { pair: certificates.current, clientCa: clientAuthorities?.current ?? null },
      limits,
      handle: answer(
        {
          ...probes,
          "/validate": { method: "POST", handle: (...exchange) => reviews.admission(...exchange) },
          "/mutate": { method: "POST", handle: (...exchange) => reviews.mutation(...exchange) },
          "/imagereview": { method: "POST", handle: (...exchange) => reviews.images(...exchange) },
        },
        clientAuthorities !== null,
      ),
      onRefused,
    });
    let plain: Listener | null = null;
    if (options.metricsListen !== null) {
      try {
        plain = await Listener.open({
          address: options.metricsListen,
          tls: null,
          limits,
          handle: answer(probes, false),
          onRefused,
        });
      } catch (error) {
        await tls.close();
        throw error;
      }
    }
    certificates.onChange((pair) => {
      tls.use({ pair, clientCa: clientAuthorities?.current ?? null });
      log.info({ expires: pair.expires.toISOString() }, "serving another certificate");
    });
    clientAuthorities?.onChange((clientCa) => tls.use({ pair: certificates.current, clientCa }));
    return new AdmissionServer({ tls, plain, metrics, activity, readiness, closing });
  }

  /**
   * Ends without failing a review: not ready at once, but everything is still answered until nobody sends any more; then
   * no connection is taken, what is in flight is answered, and the rest is cut off when the time is up.
   * @returns whether all that was in flight was answered
   */
  async end({ delayMs, graceMs }: EndOptions, cut: AbortSignal): Promise<boolean> {
    this.#readiness.drain();
    this.#closing.now = true;
    const started = performance.now();
    const left = (): number => graceMs - (performance.now() - started);
    await sleep(Math.min(delayMs, graceMs), cut);
    // An idle connection that is closed under a caller who is about to use it is a failed review.
    while (!cut.aborted && this.#activity.quietMs() < quietMs && left() > quietMs) await sleep(lookMs, cut);
    const closed = Promise.all(this.#listeners.map((listener) => listener.close()));
    // A timer that nobody waits for any more would keep the process until the time is up.
    const idle = new AbortController();
    await Promise.race([this.#activity.idle(), sleep(Math.max(0, left()), AbortSignal.any([cut, idle.signal]))]);
    idle.abort();
    const answered = this.#activity.inFlight === 0;
    for (const listener of this.#listeners) listener.destroyConnections();
    await closed;
    return answered;
  }
}

function probeRoutes(readiness: Readiness, metrics: Metrics): { readonly [path: string]: Route } {
  return {
    "/healthz": { method: "GET", handle: (_, response) => sendText(response, 200, "ok") },
    "/readyz": {
      method: "GET",
      handle: (_, response) => {
        const report = readiness.report();
        sendJson(response, report.ready ? 200 : 503, `${JSON.stringify(report, null, 2)}\n`);
      },
    },
    "/metrics": {
      method: "GET",
      handle: async (_, response) => send(response, 200, metrics.contentType, await metrics.text()),
    },
  };
}

/** Waits, or until the signal says that there is no time for it. */
function sleep(ms: number, cut: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (cut.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      cut.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    cut.addEventListener("abort", done);
  });
}
