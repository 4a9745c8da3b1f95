import { parseDuration } from "../../json/duration.ts";

const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 30_000;
/** Left for the answer to travel: a twentieth of the time, but no more than this. */
const largestMarginMs = 500;

/** A signal that comes after so many milliseconds; at once, as good as, where none are left. */
export function within(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.floor(milliseconds)));
}

/**
 * How long after its arrival a review is to be answered, in milliseconds: what the caller's `timeout` parameter leaves,
 * less a margin. Without one that can be read it is the API server's own default; more than it can ask for is cut.
 * @param query what follows the `?` of the request's target
 */
export function answerWithin(query: string): number {
  if (query !== last.query) last = { query, within: withinOf(query) };
  return last.within;
}

/** An API server asks with the same time again and again. */
let last: { readonly query: string; readonly within: number } = { query: "", within: withinOf("") };

function withinOf(query: string): number {
  const written = query === "" ? null : new URLSearchParams(query).get("timeout");
  const asked = (written === null ? null : parseDuration(written)) ?? defaultTimeoutMs;
  const timeout = asked > 0 ? Math.min(asked, longestTimeoutMs) : defaultTimeoutMs;
  return timeout - Math.min(timeout / 20, largestMarginMs);
}
