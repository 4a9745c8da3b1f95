import { Session } from "node:inspector/promises";

/** What one piece of work took. */
export interface Work {
  /** How often any block of the sources was entered: the same on every machine. */
  readonly steps: number;
  /** What those steps cannot see, as native code does it: regular expressions, copies, Wasm. */
  readonly milliseconds: number;
  /** What the work gave. */
  readonly complete: boolean;
}

/** Counts the steps of this thread by the coverage of V8, block by block, so that nothing has to be instrumented. */
export class StepCounter {
  readonly #session = new Session();
  readonly #own: string;

  /** @param own the beginning of the URLs of the sources that count */
  private constructor(own: string) {
    this.#own = own;
  }

  static async open(own: string): Promise<StepCounter> {
    const counter = new StepCounter(own);
    counter.#session.connect();
    await counter.#session.post("Profiler.enable");
    await counter.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    return counter;
  }

  /** Does some work, which says whether it came to its end, and says what it took. */
  async count(work: () => boolean): Promise<Work> {
    await this.#session.post("Profiler.takePreciseCoverage");
    const before = process.cpuUsage();
    const complete = work();
    const { user, system } = process.cpuUsage(before);
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    let steps = 0;
    for (const { url, functions } of result) {
      if (!url.startsWith(this.#own)) continue;
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
    }
    return { steps, milliseconds: (user + system) / 1000, complete };
  }

  async close(): Promise<void> {
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}
