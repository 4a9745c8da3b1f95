import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { jwtVerify } from "jose";
import { basicOfUser, ISSUER, SERVICE, type TokenServer } from "./token-server.ts";

/** Lets requests through to a registry that has no authentication of its own, which listens on `port`. */
export function gate(
  port: number,
  auth: "none" | "basic" | { readonly tokens: TokenServer; readonly realm: string },
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const challenge = await challengeTo(request, auth);
    if (challenge !== null) {
      request.resume();
      response.writeHead(401, { "content-type": "application/json", "www-authenticate": challenge });
      response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] }));
      return;
    }
    const { method, url, headers } = request;
    const passed = ask({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  };
}

/** What is asked for, or null where that is there. */
async function challengeTo(request: IncomingMessage, auth: Parameters<typeof gate>[1]): Promise<string | null> {
  if (auth === "none") return null;
  const shown = request.headers.authorization ?? "";
  if (auth === "basic") return shown === basicOfUser() ? null : 'Basic realm="registry"';
  const [, repository] = /^\/v2\/(.+?)\/(?:manifests|blobs|referrers|tags)\//.exec(request.url ?? "") ?? [];
  const action = request.method === "GET" || request.method === "HEAD" ? "pull" : "push";
  const scope =
    repository === undefined ? "" : `,scope="repository:${repository}:${action === "pull" ? "pull" : "pull,push"}"`;
  const challenge = `Bearer realm="${auth.realm}",service="${SERVICE}"${scope}`;
  try {
    const options = { issuer: ISSUER, audience: SERVICE, clockTolerance: 5 };
    const { payload } = await jwtVerify(shown.replace(/^Bearer /, ""), auth.tokens.publicKey, options);
    const access: unknown = payload.access;
    const granted =
      repository === undefined ||
      (Array.isArray(access) && access.some(({ name, actions }) => name === repository && actions.includes(action)));
    return granted ? null : challenge;
  } catch {
    return challenge;
  }
}
