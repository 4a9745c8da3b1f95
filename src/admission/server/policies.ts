import type { ReviewSignatures } from "../review-signatures.ts";
import type { Reviewer } from "../reviewer.ts";
import type { LargeReviews } from "./large-reviews.ts";

/** One configuration and its bundles, ready to judge with: on the calling thread, and on that of the large reviews. */
export interface Policies {
  readonly reviewer: Reviewer;
  readonly large: LargeReviews;
  /** Null: there is no signature policy. */
  readonly signatures: ReviewSignatures | null;
}

/** The policies in force. A review takes them once, and is judged by nothing else. */
export class PoliciesInForce {
  #current: Policies;

  constructor(first: Policies) {
    this.#current = first;
  }

  get current(): Policies {
    return this.#current;
  }

  /** From the next review on; large ones that wait are judged by the policies they came to. */
  replace(next: Policies): void {
    const previous = this.#current;
    this.#current = next;
    previous.large.retire();
    // Reviews that wait for it are told at once that nothing is known.
    if (previous.signatures !== next.signatures) void previous.signatures?.close();
  }
}
