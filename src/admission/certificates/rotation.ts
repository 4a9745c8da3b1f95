import { type Authority, type AuthorityCertificate, isAlive } from "./authority.ts";
import type { AuthorityState } from "./authority-state.ts";
import type { CertificateEvent } from "./certificate-source.ts";
import { type Durations, renewalTime } from "./durations.ts";

/** More authorities than are ever trusted at once, unless somebody empties the Secret every day. */
const mostRetired = 16;

/** What a rotation is decided by. */
export interface RotationFacts {
  readonly state: AuthorityState;
  readonly now: Date;
  readonly durations: Durations;
  /** The authority that this replica issues by, in memory; null at its start. */
  readonly remembered: Authority | null;
  /** Every authority of ours that some client may still need to trust. */
  readonly seen: readonly AuthorityCertificate[];
  /** Milliseconds for which all bundles are known to hold an authority; null where some bundle does not. */
  readonly trustedFor: (authority: AuthorityCertificate) => number | null;
  readonly create: () => Promise<Authority>;
}

export interface Rotation {
  /** The very state that was given where nothing is to be done. */
  readonly state: AuthorityState;
  readonly events: readonly CertificateEvent[];
}

/**
 * The state that follows. An authority is made, then trusted, then issues, then retires, and is trusted until it
 * expires; each step waits for the one before to have reached every client.
 */
export async function rotate(facts: RotationFacts): Promise<Rotation> {
  const events: CertificateEvent[] = [];
  const tell = (level: CertificateEvent["level"], message: string): void => void events.push({ level, message });
  let { current, next, nextTrustedSince: since } = facts.state;
  const { create, durations, now, remembered } = facts;
  if (next !== null && !isAlive(next, now)) next = null;

  if (current === null || !isAlive(current, now)) {
    const lost = current === null ? "the Secret holds no usable authority" : "the authority in the Secret has expired";
    if (remembered !== null && isAlive(remembered, now)) {
      // Its clients trust it, so calls go on while its successor is made known to them.
      tell("error", `${lost}: the one in memory is put back, and a new one will follow it`);
      current = remembered;
      if (next === null || next.fingerprint === current.fingerprint) next = await create();
    } else if (next !== null) {
      tell("error", `${lost}: the next one takes its place`);
      [current, next] = [next, null];
    } else {
      current = await create();
      tell(facts.seen.length === 0 ? "info" : "error", `${lost}: a new one is made, ${describe(current)}`);
    }
  } else if (next === null && now >= renewalTime(current.expires, Math.min(current.life, durations.authorityLife))) {
    next = await create();
    tell("info", `the next authority is made, ${describe(next)}`);
  } else if (next !== null && isKnown(next, since, current, facts)) {
    tell("info", `the next authority issues from now on, ${describe(next)}`);
    [current, next] = [next, null];
  }

  since = next === null ? null : sinceTrusted(next, facts);
  const retired = retire(facts, current, next);
  const state: AuthorityState = { current, next, nextTrustedSince: since, retired };
  return { state: isSame(state, facts.state) ? facts.state : state, events };
}

/** Has every client had the next authority for long enough? */
function isKnown(next: Authority, since: Date | null, current: Authority, facts: RotationFacts): boolean {
  const { durations, now } = facts;
  const trustedFor = facts.trustedFor(next);
  if (trustedFor === null) return false;
  if (trustedFor >= durations.overlap) return true;
  // Where replicas restart so often that none sees a whole overlap, the written time counts, read with caution.
  if (since !== null && now.getTime() - since.getTime() >= durations.overlap + durations.clockSkew) return true;
  // Clients that know it already are more than there will be when the current one has expired.
  return current.expires.getTime() - now.getTime() <= 2 * durations.pollInterval;
}

function sinceTrusted(next: Authority, { now, state, trustedFor }: RotationFacts): Date | null {
  const duration = trustedFor(next);
  if (duration === null) return null;
  const isWritten = state.next?.fingerprint === next.fingerprint && state.nextTrustedSince !== null;
  return isWritten ? state.nextTrustedSince : new Date(now.getTime() - duration);
}

/** Everything that issued, or was to issue, and has not expired. */
function retire(facts: RotationFacts, current: Authority, next: Authority | null): readonly AuthorityCertificate[] {
  const { now, seen, state } = facts;
  const candidates = [...state.retired, state.current, state.next, ...seen].filter((authority) => authority !== null);
  const retired = new Map(candidates.filter((one) => isAlive(one, now)).map((one) => [one.fingerprint, one]));
  retired.delete(current.fingerprint);
  if (next !== null) retired.delete(next.fingerprint);
  return [...retired.values()].sort((a, b) => b.expires.getTime() - a.expires.getTime()).slice(0, mostRetired);
}

function isSame(a: AuthorityState, b: AuthorityState): boolean {
  return identity(a) === identity(b);
}

function identity({ current, next, nextTrustedSince, retired }: AuthorityState): string {
  const retiredOnes = retired.map(({ fingerprint }) => fingerprint).sort();
  return JSON.stringify([current?.fingerprint, next?.fingerprint, nextTrustedSince, retiredOnes]);
}

function describe({ expires, fingerprint }: AuthorityCertificate): string {
  return `${fingerprint.slice(0, 23)}…, which expires at ${expires.toISOString()}`;
}
