import type { FactSource } from "../../facts/terms/source.ts";

/**
 * What finds out about a fact's questions, for one configuration after another while they ask for the same. It is closed
 * when no configuration holds it any more, and what reviews asked is answered.
 */
export class SharedSource<Data = unknown> implements FactSource<Data> {
  /** Equal where the one may stand for the other. */
  readonly fingerprint: string;
  readonly #source: FactSource<Data>;
  #holds = 0;

  constructor(source: FactSource<Data>, fingerprint: string) {
    this.#source = source;
    this.fingerprint = fingerprint;
  }

  hold(): void {
    this.#holds += 1;
  }

  /** Ends a hold; resolves when that is done, and all is closed where it was the last. */
  async release(): Promise<void> {
    this.#holds -= 1;
    if (this.#holds === 0) await this.#source.close();
  }

  cached(questions: readonly string[]): Data | null {
    return this.#source.cached(questions);
  }

  async facts(questions: readonly string[], signal?: AbortSignal): Promise<Data> {
    this.hold();
    try {
      return await this.#source.facts(questions, signal);
    } finally {
      void this.release();
    }
  }

  /** At once, whoever holds it: what was asked is unknown. */
  close(): Promise<void> {
    return this.#source.close();
  }
}
