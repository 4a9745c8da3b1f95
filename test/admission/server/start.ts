import { mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Authority } from "../../../src/admission/certificates/authority.ts";
import type { ClientAuthorities } from "../../../src/admission/certificates/file-certificates.ts";
import type { OwnerSource } from "../../../src/admission/owner-chain.ts";
import { noFacts } from "../../../src/admission/review-facts.ts";
import { Reviewer, type ReviewerOptions } from "../../../src/admission/reviewer.ts";
import { AdmissionServer } from "../../../src/admission/server/admission-server.ts";
import type { ClusterFacts } from "../../../src/admission/server/facts.ts";
import { LargeReviews, type LargeReviewsOptions } from "../../../src/admission/server/large-reviews.ts";
import { defaultLimits, type ServerLimits } from "../../../src/admission/server/limits.ts";
import { ServerLog } from "../../../src/admission/server/log.ts";
import { Policies, PoliciesInForce } from "../../../src/admission/server/policies.ts";
import type { ConfigurationState } from "../../../src/admission/server/readiness.ts";
import { SharedSource } from "../../../src/admission/server/shared-source.ts";
import { SignatureLookup } from "../../../src/commands/signature-lookup.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import type { FactSources } from "../../../src/facts/terms/source.ts";
import { noCredentials } from "../../../src/registry/credentials.ts";
import { loadCatalogue } from "../../../src/rules/catalogue.ts";
import { authority, GivenCertificates, loopbackPair } from "./certificates.ts";

export interface Started {
  readonly server: AdmissionServer;
  readonly url: string;
  readonly issuer: Authority;
  /** PEM, to trust the server by. */
  readonly ca: string;
  readonly certificates: GivenCertificates;
  readonly policies: PoliciesInForce;
  readonly configuration: { state: ConfigurationState };
  /** The lines of its log so far, flushed. */
  log(): Promise<{ readonly [key: string]: unknown }[]>;
}

export interface StartOptions {
  /** The text of its configuration; default: mode enforce. */
  readonly config?: string;
  readonly limits?: Partial<ServerLimits>;
  readonly facts?: ClusterFacts;
  readonly owners?: OwnerSource;
  readonly startWorker?: LargeReviewsOptions["startWorker"];
  readonly reviewer?: (made: Reviewer) => Reviewer;
  readonly clientAuthorities?: (issuer: Authority) => ClientAuthorities;
  readonly metricsListen?: boolean;
  readonly syncTimeoutMs?: number;
}

export async function reviewerOptions(config = "admission: { mode: enforce }"): Promise<ReviewerOptions> {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-server-"));
  const file = join(folder, "paddlock.yaml");
  writeFileSync(file, config);
  const configuration = await loadConfiguration({ cwd: folder, root: folder, file, catalogue: loadCatalogue() });
  return { configuration, language: "en", bundles: [], kubernetesVersion: "1.34" };
}

/** A server on loopback, with real TLS and a real reviewer; closed when the test ends. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const limits = { ...defaultLimits, ...options.limits };
  const issuer = await authority();
  const certificates = new GivenCertificates(await loopbackPair(issuer));
  const logFile = join(mkdtempSync(join(tmpdir(), "paddlock-log-")), "log");
  const log = new ServerLog({ level: "info", to: openSync(logFile, "a") });
  const reviewer = await reviewerOptions(options.config);
  const made = await Reviewer.prepare(reviewer);
  const { configuration: settings } = reviewer;
  const lookup =
    settings.signatures === null
      ? null
      : await SignatureLookup.open(settings.signatures, settings, { language: "en", credentials: noCredentials });
  const sources: FactSources<SharedSource> = lookup === null ? {} : { signatures: new SharedSource(lookup, "") };
  const owners = options.owners ?? null;
  const large = new LargeReviews({
    reviewer,
    facts: options.facts ?? null,
    sources,
    owners,
    limits,
    onWorkerLost: (reason) => log.error({ reason }, "the worker of large reviews was lost"),
    ...(options.startWorker === undefined ? {} : { startWorker: options.startWorker }),
  });
  const judging = options.reviewer?.(made) ?? made;
  const policies = new PoliciesInForce(new Policies({ reviewer: judging, large, sources, owners }));
  const configuration: { state: ConfigurationState } = {
    state: { file: reviewer.configuration.file, loadedAt: new Date(), refused: null },
  };
  const server = await AdmissionServer.open({
    listen: { host: "127.0.0.1", port: 0 },
    metricsListen: options.metricsListen === true ? { host: "127.0.0.1", port: 0 } : null,
    certificates,
    clientAuthorities: options.clientAuthorities?.(issuer) ?? null,
    policies,
    configuration: () => configuration.state,
    facts: options.facts ?? noFacts(),
    registrations: () => [],
    informers: () => options.facts?.states() ?? [],
    exemptions: () => null,
    limits,
    log,
    tracing: null,
    syncTimeoutMs: options.syncTimeoutMs ?? 20_000,
  });
  onTestFinished(async () => {
    await server.end({ delayMs: 0, graceMs: 0 }, AbortSignal.abort());
    await policies.close();
    await log.close();
  });
  return {
    server,
    url: server.url,
    issuer,
    ca: issuer.cert,
    certificates,
    policies,
    configuration,
    async log() {
      await log.flush();
      const lines = readFileSync(logFile, "utf8").split("\n");
      return lines.filter((line) => line !== "").map((line): { [key: string]: unknown } => JSON.parse(line));
    },
  };
}
