import { resolve } from "node:path";
import { utcDay } from "../../config/calendar-date.ts";
import type { Configuration } from "../../config/configuration.ts";
import { findGitRoot } from "../../config/find.ts";
import { loadConfiguration } from "../../config/load.ts";
import type { Baseline } from "../../findings/baseline.ts";
import type { Report } from "../../findings/report.ts";
import type { JudgeContext } from "../../judging/context.ts";
import type { Language } from "../../messages/language.ts";
import type { Notification } from "../../messages/notification.ts";
import type { Catalogue } from "../../rules/metadata.ts";
import { type Scanned, scan } from "../../scan/scan.ts";
import { gatherSources, type Sources } from "../../sources/gather.ts";
import type { SourceFile } from "../../sources/terms/source-file.ts";
import { catalogueWithBundles, type RuleTexts } from "../catalogue-with-bundles.ts";
import { kubernetesVersionOf } from "../kubernetes-version.ts";
import { openSignatures } from "../open-signatures.ts";
import { reportOf } from "../report-of.ts";

/** What to judge, and how. Everything is optional but what it names has the meaning of the option of that name. */
export interface CheckOptions {
  /** Files, directories, globs, `-`; default: the working directory. */
  readonly paths?: readonly string[];
  readonly cwd?: string;
  readonly config?: string;
  /** `baseline`, `recommended` or `strict`. */
  readonly profile?: string;
  /** `ID` or `ID=LEVEL`: only these. */
  readonly rules?: readonly string[];
  readonly skip?: readonly string[];
  readonly staged?: boolean;
  readonly changedSince?: string;
  readonly with?: readonly string[];
  readonly alone?: boolean;
  readonly namespace?: string;
  readonly kubernetesVersion?: string;
  readonly asAdmission?: boolean;
  readonly markdown?: boolean;
  readonly baseline?: string;
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly bundles?: readonly string[];
  readonly language?: Language;
  /** At most so many threads; default: as many as there are cores, where there is enough to do. */
  readonly threads?: number;
  /** Called now and then with the files judged so far. */
  readonly onProgress?: (judged: number, total: number) => void;
  /** Ask no registry: whether images are signed is then not judged. */
  readonly offline?: boolean;
}

/** A report, and what reporters want to know besides. */
export interface Checked {
  readonly report: Report;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  /** What was judged. */
  readonly files: readonly SourceFile[];
  /** The words of the rules that the user's bundles bring. */
  readonly bundleTexts: RuleTexts;
}

/**
 * Judges manifests. Reads files and runs `git`, `helm` and `kustomize` where the sources need them; asks the registries of
 * signature policies, where there are some; writes nothing.
 * @throws ConfigurationError for a configuration, rule or bundle that is not right. What is wrong with a manifest is in
 *   the report: a finding, or a notification.
 */
export async function check(options: CheckOptions = {}): Promise<Checked> {
  const started = performance.now();
  const cwd = options.cwd ?? process.cwd();
  const language = options.language ?? "en";
  const bundles = (options.bundles ?? []).map((file) => resolve(cwd, file));
  const { catalogue, bundleTexts } = await catalogueWithBundles(bundles, language);
  const configuration = await loadConfiguration({
    cwd,
    file: options.config,
    profile: options.profile,
    rules: options.rules,
    skip: options.skip,
    language,
    catalogue,
  });
  const namespace = options.namespace ?? configuration.namespace;
  const kubernetesVersion = kubernetesVersionOf(options.kubernetesVersion, language) ?? configuration.kubernetesVersion;
  const sources = await gatherSources({
    cwd,
    language,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    paths: options.paths ?? [],
    staged: options.staged ?? false,
    changedSince: options.changedSince ?? null,
    markdown: options.markdown ?? false,
    beside: [...(options.with ?? []), ...(configuration.with ?? [])],
    alone: options.alone ?? false,
    helm: { values: options.values ?? [], set: options.set ?? [] },
    namespace: namespace ?? "default",
  });
  const baseline =
    options.baseline === undefined || options.asAdmission === true
      ? null
      : await baselineOf(options.baseline, cwd, language);
  const today = utcDay(new Date());
  const context: JudgeContext = {
    configuration,
    language,
    today,
    door: options.asAdmission === true ? "admission" : "check",
    baseline: baseline?.fingerprints ?? [],
    bundles,
    kubernetesVersion: kubernetesVersion ?? null,
    defaultNamespace: namespace ?? "default",
    namespaceGiven: namespace !== undefined,
  };
  const onProgress = options.onProgress ?? (() => {});
  const signatures = await openSignatures(catalogue, configuration, { language, offline: options.offline ?? false });
  let scanned: Scanned;
  try {
    scanned = await scan({
      context,
      files: sources.files,
      beside: sources.beside,
      threads: options.threads ?? 0,
      onProgress,
      sources: signatures === null ? {} : { signatures },
    });
  } finally {
    await signatures?.close();
  }
  const notifications = [...sources.notifications, ...scanned.notifications];
  const beside = baseline === null ? [] : await outdated(baseline, scanned, sources, cwd, language);
  const frame = { catalogue, configuration, language, today, started };
  const report = reportOf({ ...scanned, notifications }, frame, beside);
  return { report, catalogue, configuration, files: sources.files, bundleTexts };
}

async function baselineOf(file: string, cwd: string, language: Language): Promise<Baseline> {
  const { readBaseline } = await import("../../findings/baseline.ts");
  return readBaseline(file, cwd, language);
}

async function outdated(
  baseline: Baseline,
  scanned: Scanned,
  sources: Sources,
  cwd: string,
  language: Language,
): Promise<readonly Notification[]> {
  const { baselineNotifications } = await import("../../findings/baseline.ts");
  const judged = new Set(sources.files.map((file) => file.path));
  return baselineNotifications(baseline, scanned.findings, judged, findGitRoot(cwd) ?? cwd, language);
}
