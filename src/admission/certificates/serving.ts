import { type Authority, type AuthorityCertificate, isAlive } from "./authority.ts";
import type { CertificatePair } from "./certificate-source.ts";
import { type Durations, renewalTime } from "./durations.ts";
import { issueServing } from "./issue.ts";

/** What a replica's serving certificate is decided by. */
export interface ServingFacts {
  /** The authority that issues, as the Secret has it; null where that is not known. */
  readonly current: Authority | null;
  readonly now: Date;
  /** Milliseconds for which all bundles are known to hold an authority; null where some bundle does not. */
  readonly trustedFor: (authority: AuthorityCertificate) => number | null;
}

/** This replica's serving certificate and the authority that issued it; keys stay in memory. */
export class Serving {
  readonly #names: readonly string[];
  readonly #durations: Durations;
  #issuer: Authority | null = null;
  #pair: CertificatePair | null = null;

  constructor(names: readonly string[], durations: Durations) {
    this.#names = names;
    this.#durations = durations;
  }

  /** Null until there is an authority. */
  get pair(): CertificatePair | null {
    return this.#pair;
  }

  get issuer(): Authority | null {
    return this.#issuer;
  }

  /** Issues a new certificate where one is due; returns it, or null where the old one stays. */
  async update(facts: ServingFacts): Promise<CertificatePair | null> {
    const { current, now } = facts;
    const { clockSkew, servingLife } = this.#durations;
    const changed = current !== null && this.#shouldIssueBy(current, facts);
    const issuer = changed ? current : this.#issuer;
    if (issuer === null || !isAlive(issuer, now)) return null;
    if (!changed && !this.#isRenewalDue(issuer, now)) return null;
    const pair = await issueServing(issuer, this.#names, { now, life: servingLife, clockSkew });
    this.#issuer = issuer;
    this.#pair = pair;
    return pair;
  }

  #shouldIssueBy(current: Authority, { now, trustedFor }: ServingFacts): boolean {
    const [issuer, pair] = [this.#issuer, this.#pair];
    if (!isAlive(current, now) || issuer?.fingerprint === current.fingerprint) return false;
    if (issuer === null || pair === null) return true;
    const trusted = trustedFor(current);
    // The Secret may hold what no client has heard of yet: somebody put back an old one, or it was made anew.
    if (trusted !== null && trusted >= this.#durations.overlap) return true;
    if (pair.expires.getTime() - now.getTime() <= 2 * this.#durations.pollInterval) return true;
    return trusted !== null && trustedFor(issuer) === null;
  }

  #isRenewalDue(issuer: Authority, now: Date): boolean {
    const { servingLife } = this.#durations;
    if (this.#pair === null) return true;
    if (now < renewalTime(this.#pair.expires, servingLife)) return false;
    // What ends with its authority gains nothing by being issued again.
    const reach = Math.min(now.getTime() + servingLife, issuer.expires.getTime());
    return reach - this.#pair.expires.getTime() >= Math.min(1000, servingLife / 3);
  }
}
