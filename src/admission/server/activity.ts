/** Requests that are being answered, and when the last one came. */
export class Activity {
  #inFlight = 0;
  #lastAt: number = performance.now();
  #waiting: (() => void)[] = [];

  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight += 1;
    this.#lastAt = performance.now();
  }

  end(): void {
    this.#inFlight -= 1;
    this.#lastAt = performance.now();
    if (this.#inFlight > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when nothing is in flight. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** For how many milliseconds nothing has come or gone; 0 while something is in flight. */
  quietMs(): number {
    return this.#inFlight > 0 ? 0 : performance.now() - this.#lastAt;
  }
}
