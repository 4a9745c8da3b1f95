import type { Language } from "../../messages/language.ts";
import { type CertificateWords, certificateWords } from "./words.ts";

/** What a TLS server presents. */
export interface CertificatePair {
  /** PEM: the server's certificate first, then what leads up to a root that clients know. */
  readonly cert: string;
  /** PEM: the private key of the first certificate. */
  readonly key: string;
  readonly expires: Date;
}

/** Where a server's certificate comes from: there is always one, and it may change while the server runs. */
export interface CertificateSource {
  readonly current: CertificatePair;
  /** Why the newest certificate is not in use, or will not be renewed: for readiness' detail. Null when all is well. */
  readonly problem: string | null;
  /** Listeners are called with each new pair, never with the first one. */
  onChange(listener: (pair: CertificatePair) => void): void;
  /** Ends watching and renewing; `current` remains. */
  close(): Promise<void>;
}

/** Something to log, in English; it never holds a private key. */
export interface CertificateEvent {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

/** What is no certificate to serve with, and why. */
export class CertificateError extends Error {
  override name = "CertificateError";
  readonly #detail: (words: CertificateWords, language: Language) => string;

  constructor(detail: (words: CertificateWords, language: Language) => string) {
    super(detail(certificateWords.en, "en"));
    this.#detail = detail;
  }

  /** The same in a language. */
  describe(language: Language): string {
    return this.#detail(certificateWords[language], language);
  }
}
