import type { IncomingMessage, ServerResponse } from "node:http";

/** After a refusal the rest of a body is read and thrown away for so long, so that the answer is not lost to a reset. */
const lingerMs = 1000;

/** Answers with JSON that is ready to send. */
export function sendJson(response: ServerResponse, status: number, json: string): void {
  send(response, status, "application/json", json);
}

/** Answers with text; the last line is ended. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain; charset=utf-8", `${text}\n`);
}

export function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": bytes.length,
    "x-content-type-options": "nosniff",
  });
  response.end(bytes);
}

/** Asks to come again in a second: the API server does so within the time it has, for a 429. */
export function sendOverloaded(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  refuseBody(request, response, 429, "too many reviews at once");
}

/** Answers a request whose body is not to be read, and closes the connection once the caller has seen the answer. */
export function refuseBody(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  if (request.complete) {
    sendText(response, status, text);
    return;
  }
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(`${text}\n`);
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": bytes.length,
    connection: "close",
  });
  // All that the headers promise is sent; ending the answer would close the connection under whoever still writes.
  response.write(bytes);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.once("end", end).once("close", end);
  request.on("error", () => {});
  request.resume();
}
