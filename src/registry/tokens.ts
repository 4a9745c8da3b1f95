import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { JsonObject } from "../json/value.ts";
import type { Challenge } from "./challenge.ts";
import type { Connections } from "./connections.ts";
import type { Credential } from "./credentials.ts";
import { sameService, trustAt } from "./derived-trust.ts";
import type { Endpoint, Endpoints } from "./endpoint.ts";
import { exchange } from "./exchange.ts";
import { failureOf, parseObject } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { withRetries } from "./wait.ts";

/** Tokens are kept for as many scopes, that is, repositories. */
const MOST_TOKENS = 10_000;
/** Of all of them together. */
const MOST_CHARACTERS = 16 << 20;
const CLIENT = "paddlock";
/** What a token lives where its server does not say. Source: distribution, "Token Authentication Specification". */
const DEFAULT_LIFE = 60;
const LONGEST_LIFE = 3600;

export interface TokenRequest {
  readonly endpoint: Endpoint;
  readonly challenge: Challenge;
  readonly credential: Credential;
  /** `repository:<path>:pull`: never what a challenge asks for, which could be another repository, or more rights. */
  readonly scope: string;
}

/** Bearer tokens, one for each server, service, scope and credential: asked for once, and used until they expire. */
export class Tokens {
  readonly #limits: Limits;
  readonly #connections: Connections;
  readonly #endpoints: Endpoints;
  readonly #kept: LRUCache<string, Promise<string>>;

  constructor(limits: Limits, connections: Connections, endpoints: Endpoints) {
    this.#limits = limits;
    this.#connections = connections;
    this.#endpoints = endpoints;
    this.#kept = new LRUCache({ max: MOST_TOKENS, maxSize: MOST_CHARACTERS });
  }

  /**
   * A token; `spent` is one that the registry has just refused, which is not given out again. The request for it is
   * shared, so it has a time of its own: whoever waits less leaves earlier.
   *
   * @throws RegistryError: unauthorized, forbidden, not-allowed for a realm elsewhere, protocol, and what keeps it away
   */
  get(request: TokenRequest, spent?: string): Promise<string> {
    const key = keyOf(request);
    const kept = this.#kept.get(key);
    if (kept !== undefined && spent === undefined) return kept;
    return this.#unlessSpent(key, kept, request, spent);
  }

  async #unlessSpent(
    key: string,
    kept: Promise<string> | undefined,
    request: TokenRequest,
    spent: string | undefined,
  ): Promise<string> {
    if (kept !== undefined && (await kept.catch(() => spent)) !== spent) return kept;
    // Another who was refused the same token may have asked for a new one meanwhile.
    const newer = this.#kept.get(key);
    if (newer !== undefined && newer !== kept) return newer;
    const asked = this.#ask(key, request);
    this.#kept.set(key, asked.token, { size: key.length });
    return asked.token;
  }

  #ask(key: string, request: TokenRequest): { token: Promise<string> } {
    const token: Promise<string> = this.#fetch(request).then(
      ({ text, life }) => {
        // A new lifetime for what is there: it began when the answer came.
        if (this.#kept.peek(key) === token) {
          const ttl = Math.max(1, life * 900);
          this.#kept.set(key, token, { ttl, size: key.length + text.length });
        }
        return text;
      },
      (error: unknown) => {
        if (this.#kept.peek(key) === token) this.#kept.delete(key);
        throw error;
      },
    );
    token.catch(() => {});
    return { token };
  }

  async #fetch(request: TokenRequest): Promise<{ text: string; life: number }> {
    const { endpoint } = request;
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    const url = realmOf(request, this.#endpoints, place);
    const known = { endpoints: this.#endpoints, connections: this.#connections };
    const trust = await trustAt(url, endpoint, known, place);
    const signal = AbortSignal.timeout(this.#limits.callTime);
    const answer = await withRetries(
      async () => {
        const { pool } = await this.#connections.to(url, trust, place);
        const asked = { ...parametersOf(url, request), signal, most: this.#limits.tokenBytes };
        const answered = await exchange(pool, asked, this.#limits, place);
        if (answered.status !== 200) throw failureOf(answered, place, (say) => say.fromTokenServer(url.host));
        return answered;
      },
      this.#limits.attempts,
      this.#limits,
      signal,
    );
    return readToken(parseObject(answer.body, place), place);
  }
}

function keyOf({ endpoint, challenge, credential, scope }: TokenRequest): string {
  // Only a hash: a key is easily shown somewhere.
  const shown = createHash("sha256").update(JSON.stringify(credential)).digest("base64");
  const { parameters } = challenge;
  return JSON.stringify([endpoint.url.origin, parameters.get("realm"), parameters.get("service"), scope, shown]);
}

/** The token server that a registry names, where that is a host that belongs to it. */
function realmOf({ endpoint, challenge }: TokenRequest, endpoints: Endpoints, place: RegistryPlace): URL {
  const realm = challenge.parameters.get("realm") ?? "";
  if (!URL.canParse(realm)) throw new RegistryError("protocol", place, { detail: (say) => say.noTokenServer });
  const url = new URL(realm);
  url.hash = "";
  if (!endpoints.allows(url.host) && !sameService(endpoint.url, url)) {
    throw new RegistryError("not-allowed", place, {
      detail: (say) => say.otherTokenServer(url.host),
    });
  }
  return url;
}

function parametersOf(
  realm: URL,
  { challenge, credential, scope }: TokenRequest,
): { method: "GET" | "POST"; url: URL; headers: Record<string, string>; body?: string } {
  const service = challenge.parameters.get("service");
  const asked = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope, client_id: CLIENT });
  if (credential.kind === "identity-token") {
    asked.set("grant_type", "refresh_token");
    asked.set("refresh_token", credential.token);
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    return { method: "POST", url: realm, headers, body: asked.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of asked) url.searchParams.append(name, value);
  if (credential.kind !== "basic") return { method: "GET", url, headers: { accept: "application/json" } };
  url.searchParams.append("account", credential.username);
  return { method: "GET", url, headers: { accept: "application/json", authorization: basicAuthorization(credential) } };
}

/** The header of Basic authentication, in UTF-8. Source: RFC 7617. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function readToken(answer: JsonObject, place: RegistryPlace): { text: string; life: number } {
  const text = [answer.token, answer.access_token].find((value) => typeof value === "string" && value !== "");
  // What would end a header is no token.
  if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text)) {
    throw new RegistryError("protocol", place, { detail: (say) => say.noToken });
  }
  const { expires_in: life } = answer;
  const seconds = typeof life === "number" && Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE;
  return { text, life: Math.min(seconds, LONGEST_LIFE) };
}
