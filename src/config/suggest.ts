import { distance } from "fastest-levenshtein";

/**
 * The candidate that was probably meant, or undefined where none is near: at most a third of the longer word and one
 * letter may differ. The first of equally near candidates wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Nobody misspells a word of such length; the distance is quadratic.
  if (word.length > 100) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const apart = distance(lower, candidate.toLowerCase());
    const allowed = Math.floor(Math.max(word.length, candidate.length) / 3) + 1;
    const wholeWord = Math.max(word.length, candidate.length);
    if (apart > allowed || apart >= wholeWord || apart >= least) continue;
    best = candidate;
    least = apart;
  }
  return best;
}
