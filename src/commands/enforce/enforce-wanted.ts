import type { WrittenNamespaceEntry } from "../../config/admission.ts";
import type { EntryChange } from "../../config/enforced-entry.ts";
import { momentOf, momentText } from "../../config/moment.ts";
import { parseDuration } from "../../json/duration.ts";
import { type ParsedOptions, UsageError } from "../usage.ts";
import type { EnforceWords } from "./enforce-words.ts";

/** What is to become of a namespace. */
export interface Wanted {
  readonly mode: "enforce" | "warn" | "off";
  /** How long what is there is let in; null: that is not said. */
  readonly end: End | null;
}

type End =
  | { readonly from: "now"; readonly duration: number }
  | { readonly from: "1970"; readonly time: number; readonly written: string };

/** Longer is a slip of the pen, and no time that a configuration could say. */
const longest = 100 * 366 * 86_400_000;

/** What the options ask for. @throws UsageError where they make no sense, as far as that can be told without the cluster's time */
export function wantedOf(options: ParsedOptions, say: EnforceWords): Wanted {
  const given = ["until", "for", "warn", "off"].filter((name) => options.flag(name));
  const [one, other] = given;
  if (one !== undefined && other !== undefined) throw new UsageError(say.exclude(one, other));
  if (options.flag("warn")) return { mode: "warn", end: null };
  if (options.flag("off")) return { mode: "off", end: null };
  const end = endOf(options, say);
  if (end !== null) endText(end, new Date(), say);
  return { mode: "enforce", end };
}

/**
 * What is enforced already keeps its beginning: another would let in what came in between.
 * @param now by the cluster's clock
 * @throws UsageError where the end is over by that
 */
export function changeOf(
  { mode, end }: Wanted,
  before: WrittenNamespaceEntry | null,
  now: Date,
  say: EnforceWords,
): EntryChange {
  if (mode === "off") return null;
  if (mode === "warn") return { mode };
  const since = (before?.mode === "enforce" ? before.since : undefined) ?? momentText(now.getTime());
  const until = end === null ? (before?.mode === "enforce" ? before.until : undefined) : endText(end, now, say);
  return { mode, since, ...(until === undefined ? {} : { until }) };
}

/** The namespace that the command is about. @throws UsageError */
export function namespaceOf(options: ParsedOptions, say: EnforceWords): string {
  const [namespace, more] = options.operands;
  if (namespace === undefined || more !== undefined) throw new UsageError(say.needsNamespace);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) throw new UsageError(say.noNamespace(namespace));
  return namespace;
}

function endOf(options: ParsedOptions, say: EnforceWords): End | null {
  const written = options.text("for");
  if (written !== undefined) {
    const duration = parseDuration(written);
    if (duration === null || duration <= 0 || duration > longest) throw new UsageError(say.noTime("for", written));
    return { from: "now", duration };
  }
  const until = options.text("until");
  if (until === undefined) return null;
  // A day ends with itself.
  const time = momentOf(/^\d{4}-\d{2}-\d{2}$/.test(until) ? `${until}T23:59:59Z` : until);
  if (time === null) throw new UsageError(say.noTime("until", until));
  return { from: "1970", time, written: until };
}

function endText(end: End, now: Date, say: EnforceWords): string {
  if (end.from === "now") return momentText(now.getTime() + end.duration);
  if (end.time <= now.getTime()) throw new UsageError(say.notBefore(end.written));
  return momentText(end.time);
}
