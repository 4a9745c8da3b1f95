import { nearest } from "../messages/nearest.ts";
import type { Notification } from "../messages/notification.ts";
import type { Waiver } from "./finding.ts";
import { readWaiverText } from "./waiver-text.ts";
import type { WaiverWords } from "./waiver-words.ts";

/** A waiver as it stands in a manifest. */
export interface WrittenWaiver {
  readonly source: "annotation" | "comment";
  readonly rule: string;
  /** The reason, with the end of the waiver if it has one. */
  readonly text: string;
  readonly place: () => { readonly line: number; readonly column: number };
}

/** What waivers are checked against. */
export interface WaiverTerms {
  /** Every rule that there is. */
  readonly rules: ReadonlySet<string>;
  /** `2026-11-24`, UTC. */
  readonly today: string;
  readonly words: WaiverWords;
}

/**
 * Takes a waiver of a manifest at its word, or says why not: a notification, and null in place of the waiver.
 */
export function checkWaiver(
  written: WrittenWaiver,
  file: string,
  { rules, today, words }: WaiverTerms,
): { readonly waiver: Waiver | null; readonly notification?: Notification } {
  const { source, rule } = written;
  const refused = (level: Notification["level"], code: string, message: string): ReturnType<typeof checkWaiver> => {
    return { waiver: null, notification: waiverNotification(level, code, message, file, written.place()) };
  };
  if (!rules.has(rule)) return refused("error", "waiver-rule", words.unknownRule(rule, nearest(rule, rules)));
  const { reason, expires, badDate } = readWaiverText(written.text);
  if (reason === null) return refused("error", "waiver-reason", words.noReason(source, rule));
  if (badDate !== undefined) return refused("error", "waiver-date", words.badDate(rule, badDate));
  if (expires === undefined) return { waiver: { source, reason } };
  if (expires < today) return refused("warning", "expired-waiver", words.expired(rule, expires, reason));
  return { waiver: { source, reason, expires } };
}

/** A word about a waiver, at its place. */
export function waiverNotification(
  level: Notification["level"],
  code: string,
  message: string,
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
): Notification {
  return { level, code, message, file, line, column };
}
