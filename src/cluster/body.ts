import type { IncomingMessage } from "node:http";
import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { ApiError, TransportError } from "./api-error.ts";
import { transportError } from "./transport.ts";
import { clusterWords } from "./words.ts";

/**
 * The JSON object that an answer holds.
 *
 * @param most bytes; more are not read
 * @throws ApiError for a status that is no success; TransportError for what is no JSON object, or too large
 */
export async function readBody(response: IncomingMessage, most: number): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      const bytes: Buffer = chunk;
      length += bytes.length;
      if (length > most) throw new TransportError("too-large", (language) => clusterWords[language].answerSize(most));
      chunks.push(bytes);
    }
  } catch (error) {
    throw transportError(error);
  }
  const status = response.statusCode ?? 0;
  const value = parsed(Buffer.concat(chunks, length).toString("utf8"));
  if (status < 200 || status > 299) throw new ApiError(status, isObject(value) ? value : {}, retryAfter(response));
  if (!isObject(value)) throw new TransportError("malformed", (language) => clusterWords[language].answerNoObject);
  return value;
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Seconds; the API server never names a date. */
function retryAfter({ headers }: IncomingMessage): number | null {
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
