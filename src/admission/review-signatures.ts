import type { SignatureFacts } from "../facts/signatures/signatures.ts";

/** What finds out, before a review, about the images that it is about. */
export interface ReviewSignatures {
  /** What is known of all of them; null where a registry must be asked about one. */
  cached(images: readonly string[]): SignatureFacts | null;
  /** Never throws: what is not found out before `signal` is unknown. */
  facts(images: readonly string[], signal?: AbortSignal): Promise<SignatureFacts>;
  close(): Promise<void>;
}

/**
 * What a review is told of its images.
 * @param onFound told of it as well, and whether nobody needed to be asked
 */
export async function signaturesFor(
  signatures: ReviewSignatures,
  images: readonly string[],
  milliseconds: number,
  onFound: (facts: SignatureFacts, cached: boolean) => void = () => {},
): Promise<SignatureFacts> {
  if (images.length === 0) return {};
  const known = signatures.cached(images);
  const facts = known ?? (await signatures.facts(images, AbortSignal.timeout(Math.max(1, Math.floor(milliseconds)))));
  onFound(facts, known !== null);
  return facts;
}
