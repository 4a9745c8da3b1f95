import type { Finding } from "./finding.ts";
import type { FindingSequence } from "./report.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Findings in their final order, held as JSON bytes outside the JavaScript heap: a run with a million of them fits, what
 * worker threads found is moved rather than copied, and the JSON report writes the bytes as they are.
 */
export class FindingLog implements FindingSequence {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(findings: readonly Finding[]): void {
    if (findings.length > 0) this.appendEncoded(encodeFindings(findings), findings.length);
  }

  /** @param bytes what `encodeFindings` made of `count` findings */
  appendEncoded(bytes: Uint8Array, count: number): void {
    if (count === 0) return;
    this.#chunks.push(bytes);
    this.#length += count;
  }

  json(): Iterable<Uint8Array> {
    return this.#chunks;
  }

  *[Symbol.iterator](): Iterator<Finding> {
    for (const chunk of this.#chunks) {
      // Our own bytes, written by `encodeFindings` in this process or a thread of it.
      const findings: Finding[] = JSON.parse(`[${decoder.decode(chunk)}]`);
      yield* findings;
    }
  }
}

/** Findings as a comma-separated run of JSON objects, in UTF-8. */
export function encodeFindings(findings: readonly Finding[]): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(findings);
  return encoder.encode(text.slice(1, -1));
}
