import { exemptWarnings } from "../../admission/exempt-warnings.ts";
import { Reviewer, type ReviewerOptions } from "../../admission/reviewer.ts";
import { LargeReviews } from "../../admission/server/large-reviews.ts";
import { defaultLimits, smallReviewSteps } from "../../admission/server/limits.ts";
import type { ServerLog } from "../../admission/server/log.ts";
import { Policies } from "../../admission/server/policies.ts";
import type { LoadedPolicies } from "../../admission/server/policy-reloader.ts";
import type { SharedSource } from "../../admission/server/shared-source.ts";
import { warmUp } from "../../admission/server/warm-up.ts";
import type { Configuration } from "../../config/configuration.ts";
import { loadConfiguration } from "../../config/load.ts";
import { signatureFiles } from "../../config/signature-files.ts";
import { signatures } from "../../facts/signatures/fact.ts";
import type { Language } from "../../messages/language.ts";
import { catalogueWithBundles } from "../catalogue-with-bundles.ts";
import type { ServedCluster } from "./serve-cluster.ts";
import type { ServedSignatures } from "./serve-signatures.ts";

/** Where a server's policies come from. */
export interface PolicySources {
  readonly cwd: string;
  readonly config: string | undefined;
  /** Absolute. */
  readonly bundles: readonly string[];
  readonly kubernetesVersion: string | undefined;
  readonly language: Language;
}

/** @param files all that it comes from is added to it, as far as it can be told */
export async function readConfiguration(options: PolicySources, files: string[]): Promise<Configuration> {
  const { cwd, config: file, bundles, language } = options;
  files.push(...bundles);
  const { catalogue } = await catalogueWithBundles(bundles, language);
  const configuration = await loadConfiguration({ cwd, file, catalogue, language, onFile: (read) => files.push(read) });
  files.push(...signatureFiles(configuration.signatures, configuration.registries));
  return configuration;
}

/** What is to be watched, also where it cannot be read as it is now. */
export async function watchedFiles(options: PolicySources): Promise<readonly string[]> {
  const files: string[] = [];
  // Whoever loads it says what is wrong.
  await readConfiguration(options, files).catch(() => {});
  return files;
}

/** How configurations become policies, one after another. */
export class PolicyLoader {
  readonly #options: PolicySources;
  readonly #cluster: ServedCluster | null;
  readonly #log: Pick<ServerLog, "info" | "warn" | "error">;
  #signatures: ServedSignatures | undefined;
  #warmed: SharedSource | null = null;
  #warming = new AbortController();

  constructor(options: PolicySources, cluster: ServedCluster | null, log: Pick<ServerLog, "info" | "warn" | "error">) {
    this.#options = options;
    this.#cluster = cluster;
    this.#log = log;
  }

  async load(inForce: Policies | null): Promise<LoadedPolicies> {
    const { language, bundles, kubernetesVersion } = this.#options;
    const files: string[] = [];
    const configuration = await readConfiguration(this.#options, files);
    const reviewerOptions: ReviewerOptions = {
      configuration,
      language,
      bundles,
      kubernetesVersion: kubernetesVersion ?? configuration.kubernetesVersion ?? null,
    };
    const reviewer = await Reviewer.prepare(reviewerOptions, smallReviewSteps);
    warmUp(reviewer);
    const owners = this.#cluster?.owners(reviewer.trust.makes) ?? null;
    // Last, for it is to be closed where something fails.
    const verifying = await this.#signaturesOf(configuration, inForce?.sources[signatures.name] ?? null);
    const sources = verifying === null ? {} : { [signatures.name]: verifying };
    const large = new LargeReviews({
      reviewer: reviewerOptions,
      facts: this.#cluster?.facts ?? null,
      sources,
      owners,
      limits: defaultLimits,
      onWorkerLost: (reason) => this.#log.error({ reason }, "the worker of large reviews was lost"),
    });
    return { policies: new Policies({ reviewer, large, sources, owners }), file: configuration.file, files };
  }

  /** Only what is in force counts for the cluster's watches, and has registries asked about what runs. */
  inForce({ reviewer, sources }: Policies): void {
    for (const warning of exemptWarnings(reviewer.configuration.admission.exempt)) this.#log.warn({}, warning);
    const cluster = this.#cluster;
    if (cluster === null) return;
    cluster.watchFor(reviewer.judge.needs);
    cluster.setNetworkPolicyGrace(reviewer.configuration.admission.networkPolicyGrace);
    const verifying = sources[signatures.name] ?? null;
    if (verifying === this.#warmed) return;
    this.#warmed = verifying;
    this.#warming.abort();
    this.#warming = new AbortController();
    if (verifying === null) return;
    void cluster.warm(verifying, (note) => this.#log.info({ note }, "signatures"), this.#warming.signal);
  }

  /** What knows registries and signatures is loaded only where a policy asks for them. */
  async #signaturesOf(
    { signatures: settings, registries }: Configuration,
    before: SharedSource | null,
  ): Promise<SharedSource | null> {
    if (settings === null) return null;
    const { ServedSignatures } = await import("./serve-signatures.ts");
    this.#signatures ??= new ServedSignatures(this.#options.language, this.#cluster);
    return this.#signatures.open(settings, registries, before);
  }
}
