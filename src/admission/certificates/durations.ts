/** How long things last; all in milliseconds. */
export interface Durations {
  /** An authority's life; the next one is made when a third of it is left. */
  readonly authorityLife: number;
  /** A serving certificate's life; it is renewed when a third of it is left. */
  readonly servingLife: number;
  /** How long every client must have had a new authority in its bundle before anything is issued by it. */
  readonly overlap: number;
  /** How far other machines' clocks may be off: certificates begin so long ago, and written times count so much later. */
  readonly clockSkew: number;
  /** How often the lease, the Secret and the bundles are read, and the lease is renewed. */
  readonly pollInterval: number;
  /** How long a replica that is silent keeps the lease. */
  readonly leaseDuration: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultDurations: Durations = {
  authorityLife: 365 * day,
  servingLife: 30 * day,
  overlap: 10 * minute,
  clockSkew: 6 * hour,
  pollInterval: 10_000,
  leaseDuration: 30_000,
};

/**
 * The defaults with what was given in their place.
 * @throws RangeError where an authority would expire before the next one may issue, or the lease before it is renewed.
 */
export function durationsWith(given: Partial<Durations>): Durations {
  const durations = { ...defaultDurations, ...given };
  const { authorityLife, leaseDuration, overlap, pollInterval } = durations;
  for (const [name, value] of Object.entries(durations))
    if (!(value > 0)) throw new RangeError(`${name} must be more than 0 ms`);
  if (authorityLife / 3 < overlap + 4 * pollInterval)
    throw new RangeError("a third of authorityLife must last longer than overlap and four poll intervals");
  if (leaseDuration < 2 * pollInterval) throw new RangeError("leaseDuration must be at least two poll intervals");
  return durations;
}

/** When a certificate is to be replaced: with a third of its life left. */
export function renewalTime(expires: Date, life: number): Date {
  return new Date(expires.getTime() - life / 3);
}
