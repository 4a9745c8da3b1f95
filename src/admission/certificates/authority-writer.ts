import type { Attempts } from "./attempts.ts";
import type { Authority } from "./authority.ts";
import { type AuthorityState, readState, trusted, writeState } from "./authority-state.ts";
import type { CertificateEvent } from "./certificate-source.ts";
import type { Clock } from "./clock.ts";
import type { Durations } from "./durations.ts";
import { createAuthority } from "./issue.ts";
import { rotate } from "./rotation.ts";
import type { CertificateStore, StoredBundles, StoredSecret } from "./store.ts";
import { holdsExactly, type ObservedTrust } from "./trust.ts";

export interface AuthorityWriterOptions {
  readonly clock: Clock;
  readonly durations: Durations;
  readonly onEvent: (event: CertificateEvent) => void;
  readonly store: CertificateStore;
  readonly trust: ObservedTrust;
  /** Does this replica hold the lease? Asked before every write. */
  readonly mayWrite: () => boolean;
}

/** What the holder of the lease does: it moves the authorities on, and has the webhooks trust them. */
export class AuthorityWriter {
  readonly #options: AuthorityWriterOptions;

  constructor(options: AuthorityWriterOptions) {
    this.#options = options;
  }

  /**
   * The state that the Secret holds after this. It is written before any bundle is, so that no client comes to trust an
   * authority whose key is lost with this replica.
   * @throws StoreError where it could not be written.
   */
  async moveOn(secret: StoredSecret, remembered: Authority | null): Promise<AuthorityState> {
    const { clock, durations, mayWrite, onEvent, store, trust } = this.#options;
    const { state, problems } = readState(secret.data);
    for (const problem of problems) onEvent({ level: "error", message: `the Secret is corrupt: ${problem}` });
    const now = clock.now();
    const { events, state: following } = await rotate({
      state,
      now,
      durations,
      remembered,
      seen: trust.seen(now),
      trustedFor: (authority) => trust.duration(authority, clock.elapsed()),
      create: () => createAuthority({ now, life: durations.authorityLife, clockSkew: durations.clockSkew }),
    });
    const isDone = following === state && problems.length === 0;
    if (isDone || !mayWrite()) return state;
    await store.writeSecret(writeState(following), secret.version);
    for (const event of events) onEvent(event);
    return following;
  }

  /** Gives every bundle the state's authorities, where it has not just them; returns the bundles as they are then. */
  async spread(
    state: AuthorityState,
    all: readonly StoredBundles[],
    attempts: Attempts,
  ): Promise<readonly StoredBundles[]> {
    const { mayWrite, onEvent, store } = this.#options;
    const authorities = trusted(state);
    const after: StoredBundles[] = [];
    for (const stored of all) {
      const isDue = stored.webhooks.some(({ bundle }) => !holdsExactly(bundle, authorities));
      const bundle = authorities.map(({ cert }) => cert).join("");
      const written = isDue && mayWrite() ? await attempts.run(() => store.writeBundle(stored, bundle)) : null;
      if (written !== null)
        onEvent({
          level: "info",
          message: `the bundles of ${stored.configuration.kind} ${stored.configuration.name} now hold ${authorities.length} authorities`,
        });
      after.push(written ?? stored);
    }
    return after;
  }
}
