import { MAX_VALUES } from "./limits.ts";
import { Unreadable } from "./unreadable.ts";

/** Texts below this length cannot hold too many values. */
const SMALL = 512 * 1024;

/** Whether a text may hold more values than are read: an estimate from above, for long plain texts count as well. */
export function holdsTooMuch(text: string): boolean {
  return text.length > SMALL && countIndicators(text) > MAX_VALUES;
}

export function tooMany(): Unreadable {
  return new Unreadable("too-large", (words) => words.tooManyValues(MAX_VALUES), 0);
}

function countIndicators(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 44 || unit === 91 || unit === 123) count++;
    else if (unit === 58 || unit === 45 || unit === 63) {
      const next = text.charCodeAt(at + 1);
      if (next === 32 || next === 10) count++;
    }
  }
  return count;
}
