import type { IncomingHttpHeaders } from "node:http";
import type { Pool } from "undici";
import { packageVersion } from "../package/version.ts";
import { deadlineAfter } from "./deadline.ts";
import type { Limits } from "./limits.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { transportFailure } from "./transport-failure.ts";

export interface Asked {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Bytes that the body of a success may have. */
  readonly most: number;
  /** What to call more than that: the exact size was promised, or it is merely a cap. */
  readonly beyond?: "too-large" | "digest-mismatch";
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a failure the beginning only, of a redirect nothing. */
  readonly body: Uint8Array;
}

/** As much as is read of an answer that is no success. */
const FAILURE_BYTES = 16 << 10;
const AGENT = `paddlock/${packageVersion()}`;

/**
 * One request and its answer, whatever the status; no redirect is followed. Nothing is ever unpacked: content is asked
 * for as it is, and an answer that is compressed nevertheless is refused.
 *
 * @throws RegistryError where there is no whole answer within the limits
 */
export async function exchange(pool: Pool, asked: Asked, limits: Limits, place: RegistryPlace): Promise<Answer> {
  const { method, url, most, beyond = "too-large" } = asked;
  const time = deadlineAfter(limits.requestTime, asked.signal);
  try {
    const response = await pool.request({
      method,
      path: `${url.pathname}${url.search}`,
      headers: { "user-agent": AGENT, "accept-encoding": "identity", ...asked.headers },
      body: asked.body ?? null,
      signal: time.signal,
    });
    const { statusCode: status, headers } = response;
    const success = status >= 200 && status <= 299;
    if (method === "HEAD" || (status >= 300 && status <= 399)) {
      await response.body.dump({ limit: FAILURE_BYTES });
      return { status, headers, body: new Uint8Array() };
    }
    if (success) {
      const refused = unacceptable(headers, most, beyond, place);
      if (refused !== null) {
        response.body.on("error", () => {}).destroy();
        throw refused;
      }
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response.body) {
      const bytes: Buffer = chunk;
      length += bytes.length;
      if (success && length > most) throw tooLarge(most, beyond, place);
      chunks.push(bytes);
      if (!success && length > FAILURE_BYTES) break;
    }
    return { status, headers, body: Buffer.concat(chunks, length) };
  } catch (error) {
    // Whoever gives up may give any reason.
    if (time.signal.aborted && !(error instanceof RegistryError)) throw new RegistryError("timeout", place);
    throw transportFailure(error, place);
  } finally {
    time.end();
  }
}

function unacceptable(
  headers: IncomingHttpHeaders,
  most: number,
  beyond: "too-large" | "digest-mismatch",
  place: RegistryPlace,
): RegistryError | null {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    return new RegistryError("protocol", place, { detail: (say) => say.compressed });
  }
  return Number(headers["content-length"] ?? 0) > most ? tooLarge(most, beyond, place) : null;
}

function tooLarge(most: number, kind: "too-large" | "digest-mismatch", place: RegistryPlace): RegistryError {
  return new RegistryError(kind, place, { detail: (say) => say.bytes(most) });
}
