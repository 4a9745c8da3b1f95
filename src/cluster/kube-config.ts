import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { ConfigurationError } from "../config/configuration-error.ts";
import type { Language } from "../messages/language.ts";
import { nearest } from "../messages/nearest.ts";
import { systemReason } from "../messages/system-reason.ts";
import { type ClusterWords, clusterWords } from "./words.ts";

/** Which cluster to talk to, as whom. */
export interface ClusterChoice {
  /** A file; without it what the environment offers. */
  readonly kubeconfig?: string | undefined;
  /** A context of the kubeconfig; without it the current one. */
  readonly context?: string | undefined;
  /** Of the error's message. */
  readonly language?: Language | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * The credentials for a cluster: those of the file that is named, else of KUBECONFIG, else of `~/.kube/config`, else of
 * the pod's own service account. Nothing is asked of the cluster yet.
 *
 * @throws ConfigurationError `kubeconfig-missing`, `kubeconfig-invalid` or `kube-context`
 */
export function loadKubeConfig(choice: ClusterChoice = {}): KubeConfig {
  const language = choice.language ?? "en";
  const say = clusterWords[language];
  const { kubeConfig, source } = read(choice, language);
  if (choice.context !== undefined) choose(kubeConfig, choice.context, say);
  check(kubeConfig, source, say);
  return kubeConfig;
}

interface Loaded {
  readonly kubeConfig: KubeConfig;
  /** What the credentials come from, for a message. */
  readonly source: string;
}

function read({ kubeconfig, environment = process.env }: ClusterChoice, language: Language): Loaded {
  const say = clusterWords[language];
  const kubeConfig = new KubeConfig();
  if (kubeconfig !== undefined) {
    readFile(kubeConfig, kubeconfig, language);
    return { kubeConfig, source: kubeconfig };
  }
  if (environment.KUBECONFIG !== undefined && environment.KUBECONFIG !== "") {
    parsed(language, "KUBECONFIG", () => kubeConfig.loadFromDefault());
    return { kubeConfig, source: "KUBECONFIG" };
  }
  const personal = join(environment.HOME ?? homedir(), ".kube", "config");
  if (existsSync(personal)) {
    readFile(kubeConfig, personal, language);
    return { kubeConfig, source: personal };
  }
  if (environment.KUBERNETES_SERVICE_HOST === undefined)
    throw ConfigurationError.of("kubeconfig-missing", say.noCluster);
  parsed(language, "KUBERNETES_SERVICE_HOST", () => kubeConfig.loadFromCluster());
  return { kubeConfig, source: "KUBERNETES_SERVICE_HOST" };
}

function readFile(kubeConfig: KubeConfig, file: string, language: Language): void {
  const say = clusterWords[language];
  if (!existsSync(file)) throw ConfigurationError.of("kubeconfig-missing", say.noKubeconfig(file));
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw ConfigurationError.of("kubeconfig-missing", say.unreadableKubeconfig(file, systemReason(error, language)));
  }
  parsed(language, file, () => {
    kubeConfig.loadFromString(text);
    kubeConfig.makePathsAbsolute(dirname(file));
  });
}

/** The message of a YAML error quotes the file, which holds secrets: only its reason and its line are told. */
function parsed(language: Language, source: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    throw ConfigurationError.of(
      "kubeconfig-invalid",
      clusterWords[language].invalidKubeconfig(source, withoutQuotation(error, language)),
    );
  }
}

function withoutQuotation(error: unknown, language: Language): string {
  const say = clusterWords[language];
  if (error instanceof TypeError) return say.noMapping;
  if (!(error instanceof Error && "reason" in error)) return systemReason(error, language);
  const { mark } = error as { mark?: { line?: unknown } };
  return say.atLine(String(error.reason), typeof mark?.line === "number" ? mark.line + 1 : null);
}

function choose(kubeConfig: KubeConfig, context: string, say: ClusterWords): void {
  const known = kubeConfig.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    throw ConfigurationError.of("kube-context", say.unknownContext(context, nearest(context, known), known));
  }
  kubeConfig.setCurrentContext(context);
}

function check(kubeConfig: KubeConfig, source: string, say: ClusterWords): void {
  const name = kubeConfig.getCurrentContext();
  const context = name ? kubeConfig.getContextObject(name) : null;
  if (context === null) {
    const known = kubeConfig.getContexts().map((each) => each.name);
    const reason = name ? say.unknownContext(name, nearest(name, known), known) : say.noContext(source);
    throw ConfigurationError.of("kube-context", reason);
  }
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw ConfigurationError.of("kube-context", say.contextWithoutCluster(name, context.cluster));
  if (!cluster.server.startsWith("https://"))
    throw ConfigurationError.of("kubeconfig-invalid", say.notHttps(cluster.server));
  if (kubeConfig.getCurrentUser() === null) {
    if (context.user) throw ConfigurationError.of("kube-context", say.contextWithoutUser(name, context.user));
    // Without a user the client would not even trust the cluster's own CA.
    const anonymous = { name: "anonymous" };
    kubeConfig.loadFromClusterAndUser(cluster, anonymous);
  }
}
