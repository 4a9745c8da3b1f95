import type { SignatureFacts } from "../../facts/signatures/signatures.ts";
import type { ReviewSignatures } from "../review-signatures.ts";

/**
 * What finds out about images, for one configuration after another while they ask for the same. It is closed when no
 * configuration holds it any more, and what reviews asked is answered.
 */
export class SharedSignatures implements ReviewSignatures {
  /** Equal where the one may stand for the other. */
  readonly fingerprint: string;
  readonly #lookup: ReviewSignatures;
  #holds = 0;

  constructor(lookup: ReviewSignatures, fingerprint: string) {
    this.#lookup = lookup;
    this.fingerprint = fingerprint;
  }

  hold(): void {
    this.#holds += 1;
  }

  /** Ends a hold; resolves when that is done, and all is closed where it was the last. */
  async release(): Promise<void> {
    this.#holds -= 1;
    if (this.#holds === 0) await this.#lookup.close();
  }

  cached(images: readonly string[]): SignatureFacts | null {
    return this.#lookup.cached(images);
  }

  async facts(images: readonly string[], signal?: AbortSignal): Promise<SignatureFacts> {
    this.hold();
    try {
      return await this.#lookup.facts(images, signal);
    } finally {
      void this.release();
    }
  }

  /** At once, whoever holds it: what was asked is unknown. */
  close(): Promise<void> {
    return this.#lookup.close();
  }
}
