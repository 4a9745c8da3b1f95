import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigurationError } from "../config/configuration-error.ts";
import { fieldsOf } from "../json/fields.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { systemReason } from "../messages/system-reason.ts";
import { codeIn, messageIn } from "../messages/thrown.ts";
import { type BaselineWords, baselineWords } from "./baseline-words.ts";
import type { Finding } from "./finding.ts";
import { compareText } from "./order.ts";

/** A finding that was there when the baseline was written. What is beside the fingerprint is for people. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  /** `Kind/name` or `Kind/namespace/name`. */
  readonly resource: string;
  readonly path: string;
}

export interface Baseline {
  /** As the user named it. */
  readonly file: string;
  readonly entries: readonly BaselineEntry[];
  readonly fingerprints: readonly string[];
}

const schemaVersion = 1;

/**
 * The text of a baseline, in pieces: every violation, known or new, one a line, in an order that does not depend on
 * where they stand. The same findings give the same bytes.
 */
export function* baselineText(findings: Iterable<Finding>): Generator<string> {
  const entries: BaselineEntry[] = [];
  for (const finding of findings) {
    if (finding.outcome !== "violation" && finding.outcome !== "baselined") continue;
    const { fingerprint, rule, file, resource, path } = finding;
    const names = [resource.kind, resource.namespace, resource.name].filter((name) => name !== null);
    entries.push({ fingerprint, rule, file, resource: names.join("/"), path });
  }
  entries.sort(compareEntries);
  yield `{\n  "schemaVersion": ${schemaVersion},\n  "findings": [`;
  let separator = "\n";
  for (const entry of entries) {
    yield `${separator}    ${JSON.stringify(entry)}`;
    separator = ",\n";
  }
  yield entries.length === 0 ? "]\n}\n" : "\n  ]\n}\n";
}

/**
 * Reads the file of `--baseline`.
 * @throws ConfigurationError where it cannot be read or is no baseline.
 */
export function readBaseline(file: string, cwd: string, language: Language): Baseline {
  const words = baselineWords[language];
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    const isThere = codeIn(error) !== "ENOENT";
    const message = isThere ? words.unreadable(systemReason(error, language)) : words.missing(file);
    throw ConfigurationError.of("baseline", message, file);
  }
  const entries = entriesOf(text, file, words);
  return { file, entries, fingerprints: entries.map(({ fingerprint }) => fingerprint) };
}

/** Marks the violations that the baseline knows. What was waived or could not be judged stays what it is. */
export function applyBaseline(findings: readonly Finding[], known: ReadonlySet<string>): readonly Finding[] {
  if (known.size === 0) return findings;
  return findings.map((finding) =>
    finding.outcome === "violation" && known.has(finding.fingerprint) ? { ...finding, outcome: "baselined" } : finding,
  );
}

/**
 * A note about the entries that are no longer found: their file was judged, or is gone. Of files that this run did not
 * judge nothing is known.
 * @param root what the paths of files are relative to.
 */
export function baselineNotifications(
  baseline: Baseline,
  findings: Iterable<Finding>,
  judgedFiles: ReadonlySet<string>,
  root: string,
  language: Language,
): Notification[] {
  const found = new Set<string>();
  for (const finding of findings) found.add(finding.fingerprint);
  const gone = baseline.entries.filter(
    ({ fingerprint, file }) => !found.has(fingerprint) && (judgedFiles.has(file) || isGone(file, root)),
  );
  if (gone.length === 0) return [];
  const message = baselineWords[language].gone(gone.length, describe(gone), baseline.file);
  return [{ level: "note", code: "baseline-outdated", message, file: baseline.file }];
}

function isGone(file: string, root: string): boolean {
  return !file.startsWith("<") && !existsSync(file.startsWith("/") ? file : join(root, file));
}

/** The first few, each once. */
function describe(entries: readonly BaselineEntry[]): string {
  const texts = [...new Set(entries.map(({ file, rule }) => `${file} ${rule}`))];
  return texts.length > 3 ? `${texts.slice(0, 3).join(", ")}, …` : texts.join(", ");
}

function compareEntries(a: BaselineEntry, b: BaselineEntry): number {
  return (
    compareText(a.file, b.file) ||
    compareText(a.rule, b.rule) ||
    compareText(a.resource, b.resource) ||
    compareText(a.path, b.path) ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

function entriesOf(text: string, file: string, words: BaselineWords): readonly BaselineEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw ConfigurationError.of("baseline", words.broken(messageIn(error)), file);
  }
  const version = fieldsOf(value).schemaVersion;
  if (typeof version === "number" && version > schemaVersion)
    throw ConfigurationError.of("baseline", words.newer(version), file);
  const findings = fieldsOf(value).findings;
  if (version !== schemaVersion || !Array.isArray(findings))
    throw ConfigurationError.of("baseline", words.noBaseline, file);
  return findings.map((each: unknown, index) => {
    const text = (key: string): string => {
      const part = fieldsOf(each)[key];
      if (typeof part !== "string") throw ConfigurationError.of("baseline", words.brokenEntry(index, key), file);
      return part;
    };
    return {
      fingerprint: text("fingerprint"),
      rule: text("rule"),
      file: text("file"),
      resource: text("resource"),
      path: text("path"),
    };
  });
}
