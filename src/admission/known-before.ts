import type { Finding } from "../findings/finding.ts";

/**
 * Tells which findings of an update the old object had too: the same rule on the same container (or, beside containers,
 * the same field by its named path) with the same words and values. Another image or value is another finding. Where a
 * container had it twice, it may have it twice.
 */
export class KnownBefore {
  readonly #left = new Map<string, number>();

  constructor(old: readonly Finding[]) {
    for (const finding of old) {
      const key = keyOf(finding);
      this.#left.set(key, (this.#left.get(key) ?? 0) + 1);
    }
  }

  /** Asked once for each finding of the new object. */
  take(finding: Finding): boolean {
    const key = keyOf(finding);
    const left = this.#left.get(key) ?? 0;
    if (left > 0) this.#left.set(key, left - 1);
    return left > 0;
  }
}

/** Of a container's finding the path is left out: the nearest parent of an absent field changes with its neighbours. */
function keyOf({ rule, message, container, args, fingerprint }: Finding): string {
  return JSON.stringify(
    container === null ? [rule, fingerprint] : [rule, container.role, container.name, message, args],
  );
}
