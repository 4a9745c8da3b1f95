import type { SignatureFacts } from "../../../src/facts/signatures/fact.ts";
import type { FactSource } from "../../../src/facts/terms/source.ts";

/** Answers when it is told to, or when it is closed; then that nothing is known. */
export class GivenSignatures implements FactSource<SignatureFacts> {
  closed: boolean = false;
  /** How often it was asked. */
  asked: number = 0;
  readonly #answer = Promise.withResolvers<"verified" | "unknown">();

  cached(): null {
    return null;
  }

  async facts(images: readonly string[]): Promise<SignatureFacts> {
    this.asked += 1;
    const state = await this.#answer.promise;
    const fact = { state, reason: null, detail: "", policies: ["own"], digest: null } as const;
    const action = state === "verified" ? null : "deny";
    return Object.fromEntries(images.map((image) => [image, { ...fact, policies: ["own"], action }]));
  }

  answer(): void {
    this.#answer.resolve("verified");
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#answer.resolve("unknown");
  }
}
