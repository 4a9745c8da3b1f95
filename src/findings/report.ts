import type { Notification } from "../messages/notification.ts";
import type { Coverage } from "./coverage.ts";
import type { Finding } from "./finding.ts";

/** The figures of a run. Files, documents and workloads count what was judged, not what `--with` brought in. */
export interface Summary {
  readonly files: number;
  readonly documents: number;
  readonly workloads: number;
  /** Rules that were on. */
  readonly rules: number;
  /** Documents that are no Kubernetes object. */
  readonly passedOver: number;
  /** Files and documents that could not be read. */
  readonly unreadable: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly notJudged: number;
  readonly waived: number;
  readonly baselined: number;
  readonly coverage: Coverage;
  readonly durationMs: number;
}

export interface SkippedRule {
  readonly rule: string;
  readonly reason: string;
}

/** Findings in their final order (file, line, column, rule, path, args), held so that a million fit. */
export interface FindingSequence extends Iterable<Finding> {
  readonly length: number;
  /** The same findings as chunks of JSON text, each a comma-separated run of objects without brackets; for the JSON report. */
  json(): Iterable<Uint8Array>;
}

/** What a run found: the JSON report before it is text. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "paddlock"; readonly version: string };
  readonly profile: string;
  readonly summary: Summary;
  readonly findings: FindingSequence;
  readonly notifications: readonly Notification[];
  readonly skippedRules: readonly SkippedRule[];
}
