import type { Language } from "../messages/language.ts";
import { type RegistryDetail, registryWords } from "./words.ts";

/**
 * What keeps a registry from giving an answer. `not-found`: no such repository, tag, digest or blob; `unauthorized`: 401,
 * or no token to be had; `forbidden`: 403; `digest-mismatch`: other bytes than the digest or the size names; `refused`: no
 * connection, or one that broke; `timeout`: no answer within the time; `rate-limited`: 429; `server`: 5xx; `too-large`,
 * `too-many`: beyond a cap; `not-allowed`: a host or an address that may not be contacted; `protocol`: an answer that is
 * none of a registry.
 */
export type RegistryErrorKind =
  | "not-found"
  | "unauthorized"
  | "forbidden"
  | "digest-mismatch"
  | "refused"
  | "timeout"
  | "rate-limited"
  | "server"
  | "too-large"
  | "too-many"
  | "not-allowed"
  | "protocol";

/** Host and path of a repository, or a host alone. */
export interface RegistryPlace {
  readonly host: string;
  readonly repository?: string | undefined;
}

interface Details {
  /** The HTTP status that was answered, where one was. */
  readonly status?: number | undefined;
  /** Seconds that the registry asks to wait. */
  readonly retryAfter?: number | undefined;
  readonly detail?: RegistryDetail | undefined;
  /** Whether the same request may well succeed a moment later. */
  readonly transient?: boolean;
}

/** A request to a registry that has no result. Its message is English; `describe` says the same in a language. */
export class RegistryError extends Error {
  override name = "RegistryError";
  readonly kind: RegistryErrorKind;
  readonly host: string;
  readonly repository: string | undefined;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly detail: RegistryDetail | undefined;
  readonly transient: boolean;

  /** Each file of `dist` has a copy of this class of its own; an error of any of them is one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "RegistryError" && "kind" in value;
  }

  constructor(kind: RegistryErrorKind, { host, repository }: RegistryPlace, details: Details = {}) {
    super("");
    this.kind = kind;
    this.host = host;
    this.repository = repository;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.detail = details.detail;
    this.transient = details.transient ?? false;
    this.message = this.describe("en");
  }

  /** The same, for those who might try again: it was tried often enough. */
  final(): RegistryError {
    const { status, retryAfter, detail } = this;
    return new RegistryError(this.kind, this, { status, retryAfter, detail });
  }

  /** A sentence for people: where, what, and the detail. */
  describe(language: Language): string {
    const say = registryWords[language];
    const place = this.repository === undefined ? this.host : `${this.host}/${this.repository}`;
    return say.failure(place, say.kinds[this.kind], this.detail?.(say));
  }
}
