/** Time as rotation sees it, so that tests can let years pass. */
export interface Clock {
  /** The wall clock, which may be wrong and may jump. */
  now(): Date;
  /** Milliseconds since some moment; never jumps. What lasts is measured by it. */
  elapsed(): number;
  /** Calls a task once after so many milliseconds; returns what calls it off. The task must not fail. */
  after(milliseconds: number, task: () => void | Promise<void>): () => void;
}

/** The longest delay that timers take; whoever waits longer looks again in between. */
const longest = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(milliseconds, task) {
    const timer = setTimeout(() => void task(), Math.min(milliseconds, longest));
    return () => clearTimeout(timer);
  },
};
