import type { Clock } from "./clock.ts";
import type { CertificateStore } from "./store.ts";

/** No holder keeps a lease longer than this without renewing it, whatever it has written. In milliseconds. */
const longest = 60 * 60_000;

/**
 * The right to write, held by one replica at a time. A holder that has not renewed for the lease's duration has lost
 * it; silence is measured on this replica's own clock from the last change it saw, so that no two clocks are compared.
 */
export class LeaseLock {
  readonly #store: Pick<CertificateStore, "readLease" | "writeLease">;
  readonly #identity: string;
  readonly #duration: number;
  readonly #clock: Clock;
  #observed: { readonly version: string; readonly at: number } | null = null;
  #heldUntil = 0;

  /** @param duration Milliseconds; whole seconds are written. */
  constructor(
    store: Pick<CertificateStore, "readLease" | "writeLease">,
    identity: string,
    duration: number,
    clock: Clock,
  ) {
    this.#store = store;
    this.#identity = identity;
    this.#duration = duration;
    this.#clock = clock;
  }

  /** Does this replica hold the lease, with enough time left for a write? */
  get held(): boolean {
    return this.#clock.elapsed() < this.#heldUntil;
  }

  /**
   * Renews the lease, or takes it where it is free.
   * @throws StoreError, also where another replica was faster.
   */
  async attempt(): Promise<void> {
    const lease = await this.#store.readLease();
    const started = this.#clock.elapsed();
    if (this.#observed?.version !== lease.version) this.#observed = { version: lease.version, at: started };
    const isMine = lease.holder === this.#identity;
    const silence = started - this.#observed.at;
    const isFree = lease.holder === "" || silence >= Math.min(lease.durationSeconds * 1000, longest);
    if (!isMine && !isFree) {
      this.#heldUntil = 0;
      return;
    }
    const now = this.#clock.now();
    const written = await this.#store.writeLease(
      {
        holder: this.#identity,
        durationSeconds: Math.ceil(this.#duration / 1000),
        acquired: isMine ? lease.acquired : now,
        transitions: isMine ? lease.transitions : lease.transitions + 1,
        version: lease.version,
      },
      now,
    );
    this.#observed = { version: written.version, at: started };
    // The last third is left to the write that is under way when time runs out.
    this.#heldUntil = started + (this.#duration * 2) / 3;
  }

  /** Lets another replica take the lease at once. */
  async release(): Promise<void> {
    if (!this.held) return;
    this.#heldUntil = 0;
    const lease = await this.#store.readLease();
    if (lease.holder === this.#identity) await this.#store.writeLease({ ...lease, holder: "" }, this.#clock.now());
  }
}
