import type { ServerResponse } from "node:http";
import type { JsonValue } from "../../src/json/value.ts";

export function json(response: ServerResponse, body: JsonValue): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function status(response: ServerResponse, code: number, reason: string): void {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message: `refused with ${code}` };
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}
