import { LRUCache } from "lru-cache";
import type { SignatureVerdict } from "./terms/signature-fact.ts";

export interface CacheLimits {
  /** Of verdicts, and of tags. */
  readonly entries: number;
  /** Characters of all verdicts together: what they tell of certificates and identities is others' text. */
  readonly characters: number;
  /** Milliseconds that a pass is believed, at most. */
  readonly passTime: number;
  readonly failTime: number;
  /** Milliseconds that a tag is taken to stand for the same digest: a burst of pods asks once, and a moved tag is soon seen. */
  readonly tagTime: number;
}

export const CACHE_LIMITS: CacheLimits = {
  entries: 10_000,
  characters: 32 << 20,
  passTime: 3_600_000,
  failTime: 30_000,
  tagTime: 5_000,
};

/**
 * Verdicts by policy and digest, never by tag, and for some seconds what tags stand for. What could not be told is not
 * kept. Its size is bounded, whatever names come.
 */
export class VerdictCache {
  readonly #limits: CacheLimits;
  readonly #verdicts: LRUCache<string, SignatureVerdict>;
  readonly #tags: LRUCache<string, string>;

  /** @param now milliseconds, of any epoch; for tests */
  constructor(limits: Partial<CacheLimits> = {}, now: () => number = () => performance.now()) {
    this.#limits = { ...CACHE_LIMITS, ...limits };
    const options = { max: this.#limits.entries, ttlResolution: 0, perf: { now } };
    this.#verdicts = new LRUCache({
      ...options,
      ttl: this.#limits.passTime,
      maxSize: this.#limits.characters,
      sizeCalculation: (verdict, key) => key.length + JSON.stringify(verdict).length,
    });
    this.#tags = new LRUCache({ ...options, ttl: this.#limits.tagTime });
  }

  verdict(key: string): SignatureVerdict | undefined {
    return this.#verdicts.get(key);
  }

  /** @param remaining milliseconds that it holds by itself; null: for ever */
  keep(key: string, verdict: SignatureVerdict, remaining: number | null): void {
    const most = verdict.fact.state === "verified" ? this.#limits.passTime : this.#limits.failTime;
    const ttl = Math.floor(Math.min(most, remaining ?? most));
    if (ttl > 0) this.#verdicts.set(key, verdict, { ttl });
  }

  digest(tag: string): string | undefined {
    return this.#tags.get(tag);
  }

  keepTag(tag: string, digest: string): void {
    this.#tags.set(tag, digest);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#verdicts.size + this.#tags.size;
  }
}
