import type { Finding } from "../findings/finding.ts";
import type { ObjectVerdict } from "../judging/object-judge.ts";

/** Findings, and the pod templates that they are about. */
type Found = Pick<ObjectVerdict, "findings" | "templateOf">;

/**
 * Tells which findings of an update the old object had too: the same rule in the same pod template on the same container
 * (or, beside containers, the same field by its named path) with the same words and values. Another template, image or
 * value is another finding. Where a container had it twice, it may have it twice.
 */
export class KnownBefore {
  readonly #left = new Map<string, number>();

  constructor({ findings, templateOf }: Found) {
    for (const finding of findings) {
      const key = keyOf(finding, templateOf(finding));
      this.#left.set(key, (this.#left.get(key) ?? 0) + 1);
    }
  }

  /** Asked once for each finding of the new object. `template`: the pod template that it is about. */
  take(finding: Finding, template: string | null): boolean {
    const key = keyOf(finding, template);
    const left = this.#left.get(key) ?? 0;
    if (left > 0) this.#left.set(key, left - 1);
    return left > 0;
  }
}

/** Of a container's finding the path is left out: the nearest parent of an absent field changes with its neighbours. */
function keyOf({ rule, message, container, args, fingerprint }: Finding, template: string | null): string {
  return JSON.stringify(
    container === null
      ? [rule, template, fingerprint]
      : [rule, template, container.role, container.name, message, args],
  );
}
