import { distance } from "fastest-levenshtein";

/** Nobody misspells a word of such length; the distance is quadratic. */
const LONGEST = 100;

/**
 * The candidate that was probably meant: the same but for case and separators (`image_pull_policy`), else the nearest
 * of those that differ in at most `most` letters and a third of their length, or of which the one begins the
 * other and is its larger half (`warning` and `warn`). The first of equally near ones.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most: number = Number.POSITIVE_INFINITY,
): string | undefined {
  if (word.length > LONGEST) return undefined;
  const plain = plainly(word);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const plainCandidate = plainly(candidate);
    if (plainCandidate === plain) return candidate;
    const length = Math.max(plain.length, plainCandidate.length);
    const allowed = Math.min(most, Math.max(1, Math.floor(length / 3)));
    const further = Math.abs(plain.length - plainCandidate.length);
    const [short, long] = plain.length < plainCandidate.length ? [plain, plainCandidate] : [plainCandidate, plain];
    const begun = short.length >= 4 && further < short.length && further <= most && long.startsWith(short);
    if ((further > allowed && !begun) || length < 3) continue;
    const apart = begun
      ? Math.min(allowed, further)
      : isSwapped(plain, plainCandidate)
        ? 0.5
        : distance(plain, plainCandidate);
    if (apart > allowed || apart >= least) continue;
    best = candidate;
    least = apart;
  }
  return best;
}

/** Whether two neighbouring letters have changed places: one slip, and a likelier one than a wrong letter. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2);
}

function plainly(word: string): string {
  return word.replace(/[-_ ]/g, "").toLowerCase();
}
