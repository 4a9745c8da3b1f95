import type { CredentialSource } from "../registry/credentials.ts";
import type { SignatureFact, SignatureVerdict } from "./terms/signature-fact.ts";

export interface VerifyOptions {
  /** A pod's pull secrets. Calls that give the same object share what they ask; others never do. */
  readonly credentials?: CredentialSource;
  /** Ends the wait of this call, which is then `unknown` (timeout); others may wait for the same answer. */
  readonly signal?: AbortSignal;
  /** Answers from the cache alone, else `unknown` (offline). */
  readonly offline?: boolean;
}

/** What checks, servers and commands ask of signatures. `ImageVerifier` answers. */
export interface ImageSignatures {
  /** Never throws. */
  verify(image: string, options?: VerifyOptions): Promise<SignatureFact>;
  /** The same, with the evidence. */
  inspect(image: string, options?: VerifyOptions): Promise<SignatureVerdict>;
  /** What is known already, or needs no registry: a name that is none, an image that no policy is for. */
  cached(image: string): SignatureFact | undefined;
  /** Ends what runs. The registry client stays open: it belongs to whoever made it. */
  close(): Promise<void>;
}
