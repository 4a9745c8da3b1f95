const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 30_000;
/** Left for the answer to travel: a twentieth of the time, but no more than this. */
const largestMarginMs = 500;

const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a duration as Go writes them: `10s`, `1m30s`, `1.5s`, `500ms`. Null for anything else.
 * Source: the documentation of `time.ParseDuration`; signs are left out, for a time to wait has none.
 */
export function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit] ?? 0);
  }
  return total;
}

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
