import { errors } from "undici";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { type RegistryDetail, registryWords } from "./words.ts";

/** A lookup that found no address to which a connection may go. */
export class AddressNotAllowed extends Error {
  override name = "AddressNotAllowed";
  readonly detail: RegistryDetail;

  constructor(detail: RegistryDetail) {
    super(detail(registryWords.en));
    this.detail = detail;
  }
}

/** Codes of connections that are refused now, and are likely to be a moment later. */
const LASTING: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);

/** What went wrong below HTTP, or while a body was read. Only codes are told: messages may hold what was sent. */
export function transportFailure(error: unknown, place: RegistryPlace): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof AddressNotAllowed) return new RegistryError("not-allowed", place, { detail: error.detail });
  if (error instanceof errors.HeadersOverflowError) {
    return new RegistryError("too-large", place, { detail: (say) => say.headers });
  }
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
  ) {
    return new RegistryError("timeout", place);
  }
  if (error instanceof errors.HTTPParserError) {
    return new RegistryError("protocol", place, { detail: (say) => say.notHttp });
  }
  const code = codeOf(error);
  if (/CERT|SSL|TLS|ISSUER|SELF_SIGNED|VERIFY/.test(code)) {
    return new RegistryError("refused", place, { detail: () => `TLS: ${code}` });
  }
  const closed = code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code.startsWith("UND_ERR_RES_CONTENT_LENGTH");
  return new RegistryError("refused", place, {
    detail: (say) => (closed ? say.broken : code),
    transient: !LASTING.has(code),
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  // Of a name with several addresses each failed; the first says why.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
