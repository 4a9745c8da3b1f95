import type { Clock } from "./clock.ts";

/** One pass after another, never two at once, with pauses between them. */
export class Loop {
  readonly #clock: Clock;
  readonly #pass: () => Promise<number>;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #cancel: () => void = () => {};

  /** @param pass Does what is due and says in how many milliseconds to come again; must not fail. */
  constructor(clock: Clock, pass: () => Promise<number>) {
    this.#clock = clock;
    this.#pass = pass;
  }

  /** A pass at once; where one is under way, another one follows it. Resolves when they have ended. */
  run(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#cancel();
    if (this.#running !== null) this.#again = true;
    else this.#running = this.#passes();
    return this.#running;
  }

  /** A pass after so many milliseconds, in place of the one that was due. */
  runAfter(milliseconds: number): void {
    if (this.#closed || this.#running !== null) return;
    this.#cancel();
    this.#cancel = this.#clock.after(milliseconds, () => this.run());
  }

  /** No further pass; resolves when the one under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#running;
  }

  async #passes(): Promise<void> {
    let delay: number;
    do {
      this.#again = false;
      delay = await this.#pass();
    } while (this.#again && !this.#closed);
    this.#running = null;
    this.runAfter(delay);
  }
}
