import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { SignJWT } from "jose";

/** The one user of the registries that tests start. */
export const USER = { username: "robot", password: "correct horse battery", refreshToken: "refresh-of-robot" } as const;

export const SERVICE = "paddlock test registry";
export const ISSUER = "paddlock test tokens";

/** Hands out Bearer tokens as the token servers of registries do, signed by a key of its own. */
export class TokenServer {
  readonly #privateKey: KeyObject;
  readonly publicKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.publicKey = publicKey;
  }

  get privateKeyPem(): string {
    return this.#privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  }

  /** `GET` with Basic, or `POST` with a refresh token or a password; whoever is not the user is refused. */
  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = new URLSearchParams(
      request.method === "POST" ? await bodyOf(request) : new URL(request.url ?? "/", "http://localhost").search,
    );
    if (!isUser(request, given)) {
      response.writeHead(401, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED" }] }));
    }
    const token = await this.#token(given.getAll("scope").flatMap((scope) => scope.split(" ")));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ token, access_token: token, expires_in: 300 }));
  };

  #token(scopes: readonly string[]): Promise<string> {
    const access = scopes.flatMap((scope) => {
      const [, type, name, actions] = /^([a-z]+):(.+):([a-z*,]+)$/.exec(scope) ?? [];
      return type === undefined ? [] : [{ type, name, actions: actions?.split(",") }];
    });
    return new SignJWT({ access })
      .setProtectedHeader({ typ: "JWT", alg: "ES256", kid: this.#keyId() })
      .setIssuer(ISSUER)
      .setSubject(USER.username)
      .setAudience(SERVICE)
      .setIssuedAt()
      .setNotBefore("-1m")
      .setExpirationTime("5m")
      .sign(this.#privateKey);
  }

  /** As the registry names keys: 240 bits of the hash of the public key, in base 32, in groups of four. */
  #keyId(): string {
    const der = this.publicKey.export({ type: "spki", format: "der" });
    const bits = [...createHash("sha256").update(der).digest().subarray(0, 30)]
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("");
    const letters = bits.replaceAll(
      /.{5}/g,
      (five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five, 2)] ?? "",
    );
    return letters.replaceAll(/.{4}(?=.)/g, "$&:");
  }
}

export function basicOfUser(): string {
  return `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString("base64")}`;
}

function isUser({ headers }: IncomingMessage, given: URLSearchParams): boolean {
  if (given.get("grant_type") === "refresh_token") return given.get("refresh_token") === USER.refreshToken;
  if (given.get("grant_type") === "password") {
    return given.get("username") === USER.username && given.get("password") === USER.password;
  }
  return headers.authorization === basicOfUser();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
