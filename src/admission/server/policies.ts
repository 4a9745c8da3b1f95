import type { FactSources } from "../../facts/terms/source.ts";
import type { OwnerSource } from "../owner-chain.ts";
import type { Reviewer } from "../reviewer.ts";
import type { LargeReviews } from "./large-reviews.ts";
import type { SharedSource } from "./shared-source.ts";

interface PolicyParts {
  readonly reviewer: Reviewer;
  readonly large: LargeReviews;
  readonly sources: FactSources<SharedSource>;
  /** Null: there is no cluster to ask. */
  readonly owners: OwnerSource | null;
}

/**
 * One configuration and its bundles, ready to judge with: on the calling thread, and on that of the large reviews. It
 * holds its sources until it is retired.
 */
export class Policies implements PolicyParts {
  readonly reviewer: Reviewer;
  readonly large: LargeReviews;
  readonly sources: FactSources<SharedSource>;
  readonly owners: OwnerSource | null;
  #retired: Promise<void> | undefined;

  constructor({ reviewer, large, sources, owners }: PolicyParts) {
    this.reviewer = reviewer;
    this.large = large;
    this.sources = sources;
    this.owners = owners;
    for (const source of Object.values(sources)) source.hold();
  }

  /** Takes no more. Resolves when what waits is answered, and nothing is kept open for it. */
  retire(): Promise<void> {
    this.#retired ??= this.large.retire().then(() => this.#eachSource((source) => source.release()));
    return this.#retired;
  }

  /** At once: what waits is answered as failed, and what asks about facts is told that nothing is known. */
  async close(): Promise<void> {
    await this.large.close();
    await this.#eachSource((source) => source.close());
  }

  async #eachSource(act: (source: SharedSource) => Promise<void>): Promise<void> {
    await Promise.all(Object.values(this.sources).map(act));
  }
}

/** The policies in force. A review takes them once, and is judged by nothing else. */
export class PoliciesInForce {
  #current: Policies;
  readonly #retiring: Set<Policies> = new Set();

  constructor(first: Policies) {
    this.#current = first;
  }

  get current(): Policies {
    return this.#current;
  }

  /** From the next review on; those that have begun are judged by the policies they came to. */
  replace(next: Policies): void {
    const previous = this.#current;
    this.#current = next;
    this.#retiring.add(previous);
    void previous.retire().finally(() => this.#retiring.delete(previous));
  }

  /** At once, with those that are not done with what they had. */
  async close(): Promise<void> {
    await Promise.all([this.#current, ...this.#retiring].map((policies) => policies.close()));
  }
}
