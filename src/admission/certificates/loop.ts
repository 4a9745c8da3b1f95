import type { Clock } from "./clock.ts";

/** One pass after another, never two at once, with pauses between them. */
export class Loop {
  readonly #clock: Clock;
  readonly #pass: () => Promise<number>;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  /** When the next pass is due, by the clock's `elapsed`. */
  #due = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => {};

  /** @param pass Does what is due and says in how many milliseconds to come again; must not fail. */
  constructor(clock: Clock, pass: () => Promise<number>) {
    this.#clock = clock;
    this.#pass = pass;
  }

  /** A pass at once; where one is under way, another one follows it. Resolves when they have ended. */
  run(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#running !== null) this.#again = true;
    else this.#running = this.#passes();
    return this.#running;
  }

  /** A pass within so many milliseconds: a pass that is due earlier will do, so that a busy caller never puts it off. */
  runWithin(milliseconds: number): void {
    const due = this.#clock.elapsed() + milliseconds;
    if (this.#closed || due >= this.#due) return;
    this.#due = due;
    if (this.#running === null) this.#schedule();
  }

  /** No further pass; resolves when the one under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#running;
  }

  async #passes(): Promise<void> {
    this.#cancel();
    this.#due = Number.POSITIVE_INFINITY;
    do {
      this.#again = false;
      const delay = await this.#pass();
      if (!this.#again) this.runWithin(delay);
    } while (this.#again && !this.#closed);
    this.#running = null;
    if (!this.#closed) this.#schedule();
  }

  #schedule(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(Math.max(0, this.#due - this.#clock.elapsed()), () => this.run());
  }
}
