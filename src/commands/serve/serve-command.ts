import { resolve } from "node:path";
import type { WebhookConfiguration } from "../../admission/certificates/store.ts";
import { type ListenAddress, parseListenAddress } from "../../admission/server/listener.ts";
import { LOG_LEVELS } from "../../admission/server/log-levels.ts";
import { parseDuration } from "../../json/duration.ts";
import type { Language } from "../../messages/language.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { kubernetesVersionOf } from "../kubernetes-version.ts";
import { writeTo } from "../output.ts";
import { namespacedName } from "../release-place.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { type CertificateChoice, serve } from "./serve.ts";
import { serveOptions } from "./serve-options.ts";

/** Of the time that Kubernetes leaves a pod to end (30 s), what is taken at most. */
const graceMs = 25_000;

/** `paddlock serve`: the webhook, until a signal ends it. The exit status is 0 where everything was answered. */
export async function serveCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, serveOptions, language);
  const [operand] = options.operands;
  if (operand !== undefined) throw new UsageError(options.say.noOperand("serve", operand));
  const sources = {
    cwd: process.cwd(),
    config: options.text("config"),
    bundles: (options.list("bundle") ?? []).map((file) => resolve(file)),
    kubernetesVersion: kubernetesVersionOf(options.text("kubernetes-version"), language),
    language,
  };
  if (options.flag("check-config")) {
    const { checkConfig } = await import("./check-config.ts");
    const { summary, warnings } = await checkConfig(sources);
    writeTo(1, [summary]);
    writeTo(
      2,
      warnings.map((warning) => `paddlock: ${warning}\n`),
    );
    return 0;
  }
  const webhookConfigurations = options.list("webhook-configuration") ?? [];
  if (options.flag("no-cluster") && webhookConfigurations.length > 0)
    throw new UsageError(options.say.inCluster("--webhook-configuration"));
  const answered = await serve({
    ...sources,
    listen: addressOf(options, "listen", "0.0.0.0:8443"),
    metricsListen: options.flag("metrics-listen") ? addressOf(options, "metrics-listen", "") : null,
    certificate: certificateChoice(options),
    clientCa: options.text("client-ca"),
    webhookConfigurations,
    webhookFiles: (options.list("webhook-file") ?? []).map((file) => resolve(file)),
    cluster: options.flag("no-cluster")
      ? null
      : { kubeconfig: options.text("kubeconfig"), context: options.text("kube-context") },
    exemptions: exemptionsOf(options),
    logLevel: LOG_LEVELS.find((level) => level === options.text("log-level")) ?? "info",
    end: { delayMs: durationOf(options, "shutdown-delay", "5s"), graceMs },
    onListening: (addresses) => writeTo(1, [`${JSON.stringify(addresses)}\n`]),
  });
  return answered ? 0 : 2;
}

function exemptionsOf(options: ParsedOptions): NamespacedName | null {
  const written = options.text("exemptions");
  if (written === undefined) return null;
  if (options.flag("no-cluster")) throw new UsageError(options.say.inCluster("--exemptions"));
  return namespacedName("exemptions", written, options.say);
}

function certificateChoice(options: ParsedOptions): CertificateChoice {
  const { say } = options;
  const cert = options.text("tls-cert");
  const key = options.text("tls-key");
  const selfManaged = ["tls-secret", "tls-lease", "mutating-webhook-configuration", "service"];
  if (options.flag("tls-self-managed")) {
    if (cert !== undefined || key !== undefined) {
      throw new UsageError(say.exclude("--tls-self-managed", cert === undefined ? "--tls-key" : "--tls-cert"));
    }
    if (options.flag("no-cluster")) throw new UsageError(say.inCluster("--tls-self-managed"));
    const secret = nameOf(options, "tls-secret");
    return {
      secret,
      lease: options.text("tls-lease") === undefined ? secret : nameOf(options, "tls-lease"),
      webhookConfigurations: [
        ...configurationsOf("ValidatingWebhookConfiguration", options.list("webhook-configuration")),
        ...configurationsOf("MutatingWebhookConfiguration", options.list("mutating-webhook-configuration")),
      ],
      service: nameOf(options, "service"),
    };
  }
  const stray = selfManaged.find((name) => options.flag(name));
  if (stray !== undefined) throw new UsageError(say.goesWith(`--${stray}`, "--tls-self-managed"));
  if (cert === undefined && key === undefined) {
    throw new UsageError(say.needsCertificate);
  }
  if (cert === undefined) throw new UsageError(say.needs("--tls-key", "--tls-cert FILE"));
  if (key === undefined) throw new UsageError(say.needs("--tls-cert", "--tls-key FILE"));
  return { cert: resolve(cert), key: resolve(key) };
}

function configurationsOf(
  kind: WebhookConfiguration["kind"],
  names: readonly string[] = [],
): readonly WebhookConfiguration[] {
  return names.map((name) => ({ kind, name }));
}

function nameOf(options: ParsedOptions, option: string): NamespacedName {
  const written = options.text(option);
  if (written === undefined) throw new UsageError(options.say.needs("--tls-self-managed", `--${option} NS/NAME`));
  return namespacedName(option, written, options.say);
}

function addressOf(options: ParsedOptions, option: string, usual: string): ListenAddress {
  const written = options.text(option) ?? usual;
  try {
    return parseListenAddress(written);
  } catch {
    throw new UsageError(options.say.form(`--${option}`, options.say.address, written));
  }
}

function durationOf(options: ParsedOptions, option: string, usual: string): number {
  const written = options.text(option) ?? usual;
  const ms = parseDuration(written);
  if (ms === null) throw new UsageError(options.say.form(`--${option}`, options.say.duration, written));
  if (ms > graceMs) throw new UsageError(options.say.longest(`--${option}`, `${graceMs / 1000}s`));
  return ms;
}
