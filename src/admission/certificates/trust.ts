import { type AuthorityCertificate, ownAuthorities } from "./authority.ts";
import type { StoredBundles } from "./store.ts";

/**
 * Which of our authorities the webhooks' bundles hold, and since when, as this replica has seen it on its own clock:
 * other replicas' clocks may be wrong.
 */
export class ObservedTrust {
  readonly #seen = new Map<string, AuthorityCertificate>();
  /** The moment (elapsed milliseconds) since which all bundles have held an authority, by fingerprint. */
  readonly #since = new Map<string, number>();

  /**
   * @param all The bundles of every configuration.
   * @param elapsed When they were read, in milliseconds by the clock's `elapsed`.
   */
  observe(all: readonly StoredBundles[], elapsed: number): void {
    const bundles = authoritiesOf(all);
    const [first = [], ...others] = bundles.map((bundle) => bundle.map(({ fingerprint }) => fingerprint));
    const everywhere = new Set(first.filter((fingerprint) => others.every((bundle) => bundle.includes(fingerprint))));
    for (const fingerprint of this.#since.keys()) if (!everywhere.has(fingerprint)) this.#since.delete(fingerprint);
    for (const fingerprint of everywhere) if (!this.#since.has(fingerprint)) this.#since.set(fingerprint, elapsed);
    this.remember(bundles.flat());
  }

  /** Keeps authorities that were trusted once, so that none is forgotten before it expires. */
  remember(authorities: readonly AuthorityCertificate[]): void {
    for (const { cert, expires, fingerprint, life } of authorities)
      this.#seen.set(fingerprint, { cert, expires, fingerprint, life });
  }

  /** All that were ever seen and have not expired. */
  seen(now: Date): readonly AuthorityCertificate[] {
    for (const [fingerprint, { expires }] of this.#seen) if (expires <= now) this.#seen.delete(fingerprint);
    return [...this.#seen.values()];
  }

  /** Milliseconds for which all bundles are known to hold an authority; null where some bundle does not. */
  duration({ fingerprint }: AuthorityCertificate, elapsed: number): number | null {
    const since = this.#since.get(fingerprint);
    return since === undefined ? null : elapsed - since;
  }
}

/** Our authorities in each bundle. */
export function authoritiesOf(all: readonly StoredBundles[]): readonly (readonly AuthorityCertificate[])[] {
  return all.flatMap(({ webhooks }) => webhooks.map(({ bundle }) => ownAuthorities(bundle)));
}

/** Does a bundle (PEM) hold these authorities, in any order, and nothing else? */
export function holdsExactly(bundle: string, authorities: readonly AuthorityCertificate[]): boolean {
  const wanted = authorities.map(({ cert }) => cert.trim()).sort();
  const held = bundle.split(/(?<=-----END CERTIFICATE-----)/).map((pem) => pem.trim());
  return (
    held
      .filter((pem) => pem !== "")
      .sort()
      .join("\n") === wanted.join("\n")
  );
}
