import { once } from "node:events";
import { resolve } from "node:path";
import {
  CertificateError,
  type CertificateEvent,
  type CertificateSource,
} from "../../admission/certificates/certificate-source.ts";
import { systemClock } from "../../admission/certificates/clock.ts";
import { fileCertificates, fileClientAuthorities } from "../../admission/certificates/file-certificates.ts";
import { registrationInFile } from "../../admission/registration/registration-file.ts";
import { RegistrationWatch, type RegistrationWatchOptions } from "../../admission/registration/registration-watch.ts";
import { noFacts } from "../../admission/review-facts.ts";
import { AdmissionServer, type EndOptions } from "../../admission/server/admission-server.ts";
import { defaultLimits } from "../../admission/server/limits.ts";
import type { ListenAddress } from "../../admission/server/listener.ts";
import { ServerLog } from "../../admission/server/log.ts";
import type { LogLevel } from "../../admission/server/log-levels.ts";
import { PolicyReloader } from "../../admission/server/policy-reloader.ts";
import type { Tracing } from "../../admission/server/tracing.ts";
import type { Configuration } from "../../config/configuration.ts";
import { judgedKinds } from "../../judging/judged-kinds.ts";
import type { Language } from "../../messages/language.ts";
import { systemReason } from "../../messages/system-reason.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { UsageError } from "../usage.ts";
import { usageWords } from "../usage-words.ts";
import type { SelfManagedCertificate, ServedCluster } from "./serve-cluster.ts";
import { PolicyLoader, type PolicySources, readConfiguration, watchedFiles } from "./serve-policies.ts";

export type CertificateChoice = { readonly cert: string; readonly key: string } | SelfManagedCertificate;

export interface ServeOptions extends PolicySources {
  readonly listen: ListenAddress;
  readonly metricsListen: ListenAddress | null;
  readonly certificate: CertificateChoice;
  readonly clientCa: string | undefined;
  /** Names of the ValidatingWebhookConfigurations that tell the API server what to ask; they are looked at. */
  readonly webhookConfigurations: readonly string[];
  /** Files from which API servers know what to ask, looked at likewise. Absolute. */
  readonly webhookFiles: readonly string[];
  /** Null: no cluster is asked. */
  readonly cluster: { readonly kubeconfig: string | undefined; readonly context: string | undefined } | null;
  /** The ConfigMap with the records of break-glass; null: there are none. */
  readonly exemptions: NamespacedName | null;
  readonly logLevel: LogLevel;
  readonly end: EndOptions;
  readonly onListening: (addresses: { readonly listening: string; readonly metrics?: string }) => void;
}

const reloadMs = 2000;
const registrationMs = 30_000;
/** So long a server waits for its informers before it takes reviews without what they know. */
const syncTimeoutMs = 20_000;

/**
 * Runs the webhook until SIGTERM or SIGINT ends it; a second signal cuts its end short. SIGHUP loads the configuration
 * again.
 * @returns whether every review was answered
 * @throws UsageError, ConfigurationError where it cannot start as it was told to
 */
export async function serve(options: ServeOptions): Promise<boolean> {
  const signals = new EndSignals();
  const closers: (() => Promise<void> | void)[] = [];
  let dropped = (): void => {};
  const log = new ServerLog({ level: options.logLevel, onDrop: () => dropped() });
  const fallen = (): void => log.flushNow();
  process.on("uncaughtExceptionMonitor", fallen);
  closers.push(async () => {
    await log.close();
    process.off("uncaughtExceptionMonitor", fallen);
  });
  try {
    const tracing = await tracingOf(process.env);
    if (tracing !== null) closers.push(() => tracing.close());
    const configuration = await readConfiguration(options, []);
    const cluster = await clusterOf(options, configuration, log);
    if (cluster !== null) closers.push(() => cluster.close());
    const certificates = await certificatesOf(options, cluster, log, signals.end);
    closers.push(() => certificates.close());
    const clientAuthorities =
      options.clientCa === undefined
        ? null
        : await usable(
            fileClientAuthorities(resolve(options.cwd, options.clientCa), { onEvent: certificateLog(log) }),
            options.language,
          );
    if (clientAuthorities !== null) closers.push(() => clientAuthorities.close());
    let asked = askedFor([], configuration);
    const registrations = registrationsOf(options, cluster, () => asked, log);
    if (registrations !== null) closers.push(() => registrations.close());
    const loader = new PolicyLoader(options, cluster, log);
    const reloader = await PolicyReloader.start({
      files: () => watchedFiles(options),
      load: (inForce) => loader.load(inForce),
      intervalMs: reloadMs,
      onInForce: (policies) => {
        loader.inForce(policies);
        asked = askedFor([...policies.reviewer.rules.values()], policies.reviewer.configuration);
        void registrations?.look();
      },
      onLoaded: (file) => log.info({ file }, "the configuration is loaded again and in force"),
      onRefused: (reason) => log.error({ reason }, "the configuration is refused, and the old one stays in force"),
    });
    closers.push(() => reloader.close());
    const server = await AdmissionServer.open({
      listen: options.listen,
      metricsListen: options.metricsListen,
      certificates,
      clientAuthorities,
      policies: reloader.inForce,
      configuration: () => reloader.state,
      facts: cluster?.facts ?? noFacts(),
      informers: () => cluster?.facts.states() ?? [],
      exemptions: () => cluster?.exemptions(new Date()) ?? null,
      registrations: () => registrations?.states ?? [],
      limits: defaultLimits,
      log,
      tracing,
      syncTimeoutMs,
    }).catch((error: unknown) => {
      throw listenFailure(error, options.language);
    });
    dropped = () => server.metrics.lineDropped();
    const reload = (): void => void reloader.reload();
    process.on("SIGHUP", reload);
    closers.push(() => void process.off("SIGHUP", reload));
    log.info({ listening: server.url, metrics: server.metricsUrl }, "listening");
    options.onListening({
      listening: server.url,
      ...(server.metricsUrl === null ? {} : { metrics: server.metricsUrl }),
    });
    await signals.ended();
    log.info({ signal: signals.name }, "ending: not ready any more");
    const answered = await server.end(options.end, signals.cut);
    log.info({ answered }, "ended");
    return answered;
  } finally {
    signals.close();
    for (const close of closers.reverse()) await close();
  }
}

/** The first signal asks for the end, the second for no more delay. */
class EndSignals {
  readonly #end = new AbortController();
  readonly #cut = new AbortController();
  name: NodeJS.Signals | null = null;

  constructor() {
    process.on("SIGTERM", this.#handle).on("SIGINT", this.#handle);
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    if (this.name !== null) this.#cut.abort();
    this.name ??= signal;
    this.#end.abort();
  };

  get end(): AbortSignal {
    return this.#end.signal;
  }

  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  async ended(): Promise<void> {
    if (!this.end.aborted) await once(this.end, "abort");
  }

  close(): void {
    process.off("SIGTERM", this.#handle).off("SIGINT", this.#handle);
  }
}

async function tracingOf(environment: NodeJS.ProcessEnv): Promise<Tracing | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED } = environment;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return null;
  if (OTEL_SDK_DISABLED === "true") return null;
  // Whoever has no collector does not pay for what speaks to one.
  return (await import("../../admission/server/tracing.ts")).startTracing();
}

async function clusterOf(
  { cluster, language, exemptions }: ServeOptions,
  { admission }: Configuration,
  log: ServerLog,
): Promise<ServedCluster | null> {
  if (cluster === null) return null;
  const { openCluster } = await import("./serve-cluster.ts");
  return openCluster({
    ...cluster,
    language,
    networkPolicyGrace: admission.networkPolicyGrace,
    exemptions,
    onNote: (kind, note) => log.info({ kind, note }, "watch"),
    onBroken: ({ key, reason }) =>
      log.error({ key, reason }, "this record of break-glass is none, and lets nothing in"),
  });
}

/** What the API server is to ask. @param rules every one, a user's own among them */
function askedFor(
  rules: Parameters<typeof judgedKinds>[0],
  configuration: Configuration,
): ReturnType<RegistrationWatchOptions["settings"]> {
  return { ...configuration.admission, kinds: judgedKinds(rules, configuration) };
}

function registrationsOf(
  { webhookConfigurations, webhookFiles }: ServeOptions,
  cluster: ServedCluster | null,
  settings: RegistrationWatchOptions["settings"],
  log: ServerLog,
): RegistrationWatch | null {
  const files = new Set(webhookFiles);
  const names = [...(cluster === null ? [] : webhookConfigurations), ...files];
  if (names.length === 0) return null;
  return new RegistrationWatch({
    names,
    // No object of the API has a slash in its name, and every absolute path has one.
    read: async (name) => (files.has(name) ? registrationInFile(name) : (cluster?.webhookConfiguration(name) ?? null)),
    settings,
    clock: systemClock,
    intervalMs: registrationMs,
    onChange: ({ state, ...detail }) => {
      const isWell = state === "agrees" || state === "unknown";
      log[isWell ? "info" : "warn"]({ registration: state, ...detail }, "webhook configuration");
    },
  });
}

async function certificatesOf(
  { certificate, language }: ServeOptions,
  cluster: ServedCluster | null,
  log: ServerLog,
  signal: AbortSignal,
): Promise<CertificateSource> {
  const onEvent = certificateLog(log);
  if ("cert" in certificate) return usable(fileCertificates(certificate.cert, certificate.key, { onEvent }), language);
  if (cluster === null) throw new Error("--tls-self-managed needs a cluster");
  return cluster.selfManaged(certificate, onEvent, signal);
}

function certificateLog(log: ServerLog): (event: CertificateEvent) => void {
  return ({ level, message }) => log[level]({}, message);
}

/** Files that cannot be used are for whoever named them to repair. */
async function usable<T>(source: Promise<T>, language: Language): Promise<T> {
  try {
    return await source;
  } catch (error) {
    if (error instanceof CertificateError) throw new UsageError(error.describe(language));
    throw error;
  }
}

/** An address that cannot be had is for whoever named it to change. */
function listenFailure(error: unknown, language: Language): unknown {
  if (!(error instanceof Error && "syscall" in error && error.syscall === "listen")) return error;
  return new UsageError(usageWords[language].cannotListen(systemReason(error, language)));
}
