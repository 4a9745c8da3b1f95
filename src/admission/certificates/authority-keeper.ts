import { Attempts } from "./attempts.ts";
import { type AuthorityState, readState, trusted } from "./authority-state.ts";
import { AuthorityWriter } from "./authority-writer.ts";
import type { CertificateEvent, CertificatePair, CertificateSource } from "./certificate-source.ts";
import type { Clock } from "./clock.ts";
import type { Durations } from "./durations.ts";
import { LeaseLock } from "./lease-lock.ts";
import { Loop } from "./loop.ts";
import { Serving } from "./serving.ts";
import type { CertificateStore, StoredBundles, StoredSecret, WebhookConfiguration } from "./store.ts";
import { authoritiesOf, ObservedTrust } from "./trust.ts";

export interface AuthorityKeeperOptions {
  readonly clock: Clock;
  readonly dnsNames: readonly string[];
  readonly durations: Durations;
  readonly identity: string;
  readonly onEvent: (event: CertificateEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly store: CertificateStore;
  readonly webhookConfigurations: readonly WebhookConfiguration[];
}

/** Milliseconds to the next try after something went wrong; doubled from try to try, up to the lease's duration. */
const firstRetry = 1000;

/**
 * Keeps the shared authority and this replica's certificate. Every pass reads the Secret and the bundles; the replica
 * that holds the lease also moves the authorities on and writes them. A pass does what it can: a Secret that cannot be
 * read keeps nobody from renewing a certificate by the authority in memory.
 */
export class AuthorityKeeper implements CertificateSource {
  readonly #options: AuthorityKeeperOptions;
  readonly #lock: LeaseLock;
  readonly #loop: Loop;
  readonly #serving: Serving;
  readonly #trust = new ObservedTrust();
  readonly #writer: AuthorityWriter;
  readonly #listeners: ((pair: CertificatePair) => void)[] = [];
  readonly #started = Promise.withResolvers<void>();
  #state: AuthorityState | null = null;
  #problems: readonly string[] = [];
  /** Were the bundles of all configurations read in this pass? */
  #isComplete = false;
  #failures = 0;
  #wasHeld = false;

  private constructor(options: AuthorityKeeperOptions) {
    const { clock, dnsNames, durations, identity, onEvent, store } = options;
    this.#options = options;
    this.#lock = new LeaseLock(store, identity, durations.leaseDuration, clock);
    this.#serving = new Serving(dnsNames, durations);
    const mayWrite = (): boolean => this.#lock.held;
    this.#writer = new AuthorityWriter({ clock, durations, mayWrite, onEvent, store, trust: this.#trust });
    this.#loop = new Loop(clock, () => this.#pass());
  }

  /** Resolves with the first certificate; rejects with the signal's reason. */
  static async start(options: AuthorityKeeperOptions): Promise<AuthorityKeeper> {
    const keeper = new AuthorityKeeper(options);
    const { signal } = options;
    const abort = (): void => keeper.#started.reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      void keeper.#loop.run();
      await keeper.#started.promise;
      return keeper;
    } catch (error) {
      await keeper.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  get current(): CertificatePair {
    const { pair } = this.#serving;
    if (pair === null) throw new Error("there is no certificate yet");
    return pair;
  }

  get problem(): string | null {
    return this.#problems.length === 0 ? null : this.#problems.join("; ");
  }

  onChange(listener: (pair: CertificatePair) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    await this.#loop.close();
    // Nobody is left to tell: the lease runs out by itself.
    await this.#lock.release().catch(() => {});
  }

  async #pass(): Promise<number> {
    const { durations, store } = this.#options;
    const attempts = new Attempts();
    await attempts.run(() => this.#lock.attempt());
    this.#tellOfLease();
    const secret = await attempts.run(() => store.readSecret());
    const bundles = await this.#readBundles(attempts);
    if (secret !== null) await this.#keep(secret, bundles, attempts);
    await attempts.run(() => this.#serve());
    this.#tellOfProblems([...attempts.problems, ...this.#shortcomings()]);

    this.#failures = attempts.problems.length === 0 ? 0 : this.#failures + 1;
    if (attempts.conflict) return firstRetry * (0.5 + Math.random() / 2);
    if (this.#failures > 0) return Math.min(durations.leaseDuration, firstRetry * 2 ** (this.#failures - 1));
    // The holder of the lease is about to write the first authority.
    return this.#serving.pair === null ? firstRetry : durations.pollInterval;
  }

  async #readBundles(attempts: Attempts): Promise<readonly StoredBundles[]> {
    const { clock, store, webhookConfigurations } = this.#options;
    const read = await Promise.all(webhookConfigurations.map((each) => attempts.run(() => store.readBundles(each))));
    const bundles = read.filter((stored) => stored !== null);
    this.#isComplete = bundles.length === read.length;
    if (this.#isComplete) this.#trust.observe(bundles, clock.elapsed());
    else this.#trust.remember(authoritiesOf(bundles).flat());
    return bundles;
  }

  async #keep(secret: StoredSecret, bundles: readonly StoredBundles[], attempts: Attempts): Promise<void> {
    if (!this.#lock.held) {
      this.#state = readState(secret.data).state;
      this.#trust.remember(trusted(this.#state));
      return;
    }
    const state = await attempts.run(() => this.#writer.moveOn(secret, this.#serving.issuer));
    if (state === null) return;
    this.#state = state;
    this.#trust.remember(trusted(state));
    const after = await this.#writer.spread(state, bundles, attempts);
    if (this.#isComplete) this.#trust.observe(after, this.#options.clock.elapsed());
  }

  async #serve(): Promise<void> {
    const { clock, onEvent } = this.#options;
    const hadPair = this.#serving.pair !== null;
    const pair = await this.#serving.update({
      current: this.#state?.current ?? null,
      now: clock.now(),
      trustedFor: (authority) => this.#trust.duration(authority, clock.elapsed()),
    });
    if (pair === null) return;
    onEvent({
      level: "info",
      message: `a serving certificate is issued, which expires at ${pair.expires.toISOString()}`,
    });
    if (hadPair) for (const listener of this.#listeners) listener(pair);
    else this.#started.resolve();
  }

  /** What is wrong although nothing failed. */
  #shortcomings(): readonly string[] {
    const { issuer, pair } = this.#serving;
    if (issuer === null || pair === null) return ["the Secret holds no usable authority yet"];
    const now = this.#options.clock.now();
    if (pair.expires <= now) return [`the serving certificate expired at ${pair.expires.toISOString()}`];
    const isTrusted = this.#trust.duration(issuer, this.#options.clock.elapsed()) !== null;
    return this.#isComplete && !isTrusted ? ["some webhook's bundle does not hold this server's authority"] : [];
  }

  #tellOfLease(): void {
    const { held } = this.#lock;
    if (held !== this.#wasHeld) {
      const message = held
        ? "this replica holds the lease of the authorities"
        : "this replica no longer holds the lease";
      this.#options.onEvent({ level: "info", message });
    }
    this.#wasHeld = held;
  }

  #tellOfProblems(problems: readonly string[]): void {
    const { onEvent } = this.#options;
    for (const problem of problems)
      if (!this.#problems.includes(problem)) onEvent({ level: "warn", message: `certificates: ${problem}` });
    if (problems.length === 0 && this.#problems.length > 0)
      onEvent({ level: "info", message: "certificates: all is well again" });
    this.#problems = problems;
  }
}
