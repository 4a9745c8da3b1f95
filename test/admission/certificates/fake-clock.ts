import type { Clock } from "../../../src/admission/certificates/clock.ts";

interface Task {
  readonly due: number;
  readonly run: () => void | Promise<void>;
}

/** The clock of one machine. */
export interface FakeClock extends Clock {
  /** The machine is gone: nothing that it meant to do later happens. */
  stop(): void;
}

/** A machine's time that passes only when it is told to; several clocks may share one, each off by its own skew. */
export class FakeTime {
  #elapsed = 0;
  readonly #tasks = new Set<Task>();
  readonly #start: number;

  constructor(start: Date = new Date()) {
    this.#start = start.getTime();
  }

  now(): Date {
    return new Date(this.#start + this.#elapsed);
  }

  /** @param skew Milliseconds by which this clock is ahead. */
  clock(skew = 0): FakeClock {
    let isStopped = false;
    return {
      stop: () => {
        isStopped = true;
      },
      now: () => new Date(this.now().getTime() + skew),
      // Machines did not start at the same moment either.
      elapsed: () => this.#elapsed + 1000 + Math.abs(skew),
      after: (milliseconds, run) => {
        const task = { due: this.#elapsed + milliseconds, run: () => (isStopped ? undefined : run()) };
        this.#tasks.add(task);
        return () => void this.#tasks.delete(task);
      },
    };
  }

  /** Lets time pass: every task that falls due has ended before the next one begins. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds;
    for (;;) {
      const [next] = [...this.#tasks].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      await next.run();
    }
    this.#elapsed = end;
  }
}
