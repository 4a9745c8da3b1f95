import type { IncomingMessage } from "node:http";
import { isObject, objectOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { ApiError, TransportError } from "./api-error.ts";
import { transportError } from "./transport.ts";
import { clusterWords } from "./words.ts";

/** What a watch tells (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes). */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: JsonObject;
}

/** Characters of a line; etcd keeps no object above 1.5 MiB, which escaping may blow up. */
const mostCharacters = 16 * 1024 * 1024;

/**
 * The events of a watch, one a line, until the server ends it.
 *
 * @throws ApiError for an event of type ERROR, such as 410; TransportError where the connection breaks or a line is no
 * event: whoever passed over it would miss what it said
 */
export async function* readEvents(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  response.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of response) {
      const text: string = chunk;
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        const line = rest + text.slice(start, end);
        rest = "";
        start = end + 1;
        if (line.trim() !== "") yield eventOf(line);
      }
      rest += text.slice(start);
      if (rest.length > mostCharacters)
        throw new TransportError("too-large", (language) => clusterWords[language].eventLong);
    }
  } catch (error) {
    throw error instanceof ApiError ? error : transportError(error);
  } finally {
    response.destroy();
  }
  if (rest.trim() !== "") throw new TransportError("malformed", (language) => clusterWords[language].eventCut);
}

function eventOf(line: string): WatchEvent {
  let event: JsonValue;
  try {
    event = JSON.parse(line);
  } catch {
    throw new TransportError("malformed", (language) => clusterWords[language].eventNoJson);
  }
  const { type, object } = objectOf(event);
  if (type === "ERROR") {
    const status = objectOf(object);
    throw new ApiError(typeof status.code === "number" ? status.code : 500, status);
  }
  if (!isKnown(type) || !isObject(object))
    throw new TransportError("malformed", (language) => clusterWords[language].noEvent);
  return { type, object };
}

function isKnown(type: JsonValue | undefined): type is WatchEvent["type"] {
  return type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK";
}
