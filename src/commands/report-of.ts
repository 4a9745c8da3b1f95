import type { Configuration } from "../config/configuration.ts";
import { coverageOf } from "../findings/coverage.ts";
import type { Report } from "../findings/report.ts";
import { configuredWaiverNotifications } from "../findings/waive.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { packageVersion } from "../package/version.ts";
import type { Catalogue } from "../rules/metadata.ts";
import type { Scanned } from "../scan/scan.ts";
import { rulesOf, skippedRules, unsignedNotifications } from "./rules-of-run.ts";

/** Of what a report is besides what was found. */
export interface ReportFrame {
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly language: Language;
  /** `2026-11-30`, in UTC. */
  readonly today: string;
  /** When the run began, by `performance.now()`. */
  readonly started: number;
}

/** The report on what a run found in files or in a cluster. */
export function reportOf(judged: Scanned, frame: ReportFrame, beside: readonly Notification[] = []): Report {
  const { catalogue, configuration, language, today, started } = frame;
  const { on, skipped } = rulesOf(catalogue, configuration);
  return {
    schemaVersion: 1,
    tool: { name: "paddlock", version: packageVersion() },
    profile: configuration.profile,
    summary: {
      ...judged.counts,
      coverage: coverageOf(judged.counts.coverage),
      rules: on.length - skipped.length,
      durationMs: Math.round(performance.now() - started),
    },
    findings: judged.findings,
    notifications: [
      ...judged.notifications,
      ...configuredWaiverNotifications(configuration.waivers, judged.waivers, { today, language }),
      ...beside,
      ...unsignedNotifications(skipped, configuration, language),
    ],
    skippedRules: skippedRules(skipped, language),
  };
}
