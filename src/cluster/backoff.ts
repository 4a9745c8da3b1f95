/** Growing waits between tries, each with jitter, so that many clients of a server that comes back do not come at once. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  #next: number;

  /** Milliseconds: of the first wait, and of the longest. */
  constructor(first: number, most: number) {
    this.#first = first;
    this.#most = most;
    this.#next = first;
  }

  /** Milliseconds to wait now; at least what the server asked for, in seconds. */
  wait(retryAfter: number | null = null): number {
    const wait = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(this.#next * 2, this.#most);
    return Math.max(wait, Math.min((retryAfter ?? 0) * 1000, this.#most));
  }

  /** The server answered: the next wait is a short one again. */
  reset(): void {
    this.#next = this.#first;
  }
}
