import type { WaiverComment } from "../documents/document.ts";
import type { Finding, Waiver } from "./finding.ts";
import type { WrittenWaiver } from "./waiver-check.ts";

/** A comment that waives, and whether it did. */
export interface LineWaiver {
  readonly comment: WaiverComment;
  readonly waiver: Waiver;
  used: boolean;
}

/** The waiving comments of a file, found by rule and line. */
export class LineWaivers {
  readonly all: LineWaiver[] = [];
  /** By rule, the lines that are waived in their order, each with its comments. */
  readonly #lines = new Map<string, { readonly line: number; readonly waivers: LineWaiver[] }[]>();

  /** @param check takes a waiver at its word, or returns null. */
  constructor(comments: readonly WaiverComment[], check: (written: WrittenWaiver) => Waiver | null) {
    for (const comment of [...comments].sort((a, b) => a.target - b.target)) {
      const { rule, reason } = comment;
      const waiver = check({ source: "comment", rule, text: reason ?? "", place: () => comment });
      if (waiver === null) continue;
      const entry: LineWaiver = { comment, waiver, used: false };
      this.all.push(entry);
      const lines = this.#lines.get(comment.rule) ?? [];
      const last = lines.at(-1);
      if (last?.line === comment.target) last.waivers.push(entry);
      else lines.push({ line: comment.target, waivers: [entry] });
      this.#lines.set(comment.rule, lines);
    }
  }

  /** The waiver of a finding whose lines hold a waived one. All comments on its lines count as used. */
  take(finding: Finding): Waiver | null {
    const lines = this.#lines.get(finding.rule);
    if (lines === undefined) return null;
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lines[middle]?.line ?? 0) < finding.line) low = middle + 1;
      else high = middle;
    }
    const end = Math.max(finding.line, finding.endLine);
    let first: Waiver | null = null;
    for (let each = lines[low]; each !== undefined && each.line <= end; each = lines[++low]) {
      first ??= each.waivers[0]?.waiver ?? null;
      // All comments of a line are used together.
      if (each.waivers[0]?.used === false) for (const waiver of each.waivers) waiver.used = true;
    }
    return first;
  }
}
