import { LRUCache } from "lru-cache";
import { untilAborted } from "../budget/until-aborted.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Connections } from "./connections.ts";
import type { Credential, CredentialSource } from "./credentials.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Answer, exchange } from "./exchange.ts";
import { failureOf } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { basicAuthorization, type Tokens } from "./tokens.ts";
import { withRetries } from "./wait.ts";
import { both, type RegistryDetail } from "./words.ts";

const MOST_REGISTRIES = 1000;
/** Milliseconds for which it is taken as known how a registry wants to be asked. */
const KNOWN = 600_000;

/** What a registry asks for: Bearer or Basic, or nothing. */
export class Challenges {
  readonly #limits: Limits;
  readonly #connections: Connections;
  readonly #known: LRUCache<string, Promise<Challenge | null>>;

  constructor(limits: Limits, connections: Connections) {
    this.#limits = limits;
    this.#connections = connections;
    this.#known = new LRUCache({ max: MOST_REGISTRIES, ttl: KNOWN });
  }

  /**
   * Asks `GET /v2/` once, so that the many requests that may follow are not each refused first. A registry that answers
   * neither that nor a challenge is asked without anything.
   *
   * @throws RegistryError where it cannot be reached
   */
  of(endpoint: Endpoint): Promise<Challenge | null> {
    const key = endpoint.url.origin;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = this.#ping(endpoint);
    this.#known.set(key, asked);
    asked.catch(() => {
      if (this.#known.peek(key) === asked) this.#known.delete(key);
    });
    return asked;
  }

  /** What a registry asked for just now. */
  learn(endpoint: Endpoint, challenge: Challenge): void {
    this.#known.set(endpoint.url.origin, Promise.resolve(challenge));
  }

  async #ping(endpoint: Endpoint): Promise<Challenge | null> {
    const place = { host: endpoint.host };
    const signal = AbortSignal.timeout(this.#limits.callTime);
    const answer = await withRetries(
      async () => {
        const { pool } = await this.#connections.to(endpoint.url, endpoint.trust, place);
        const url = new URL("/v2/", endpoint.url);
        const answered = await exchange(pool, { method: "GET", url, signal, most: 1 << 20 }, this.#limits, place);
        if (answered.status === 429 || answered.status >= 500) throw failureOf(answered, place);
        return answered;
      },
      endpoint.mirror ? 1 : this.#limits.attempts,
      this.#limits,
      signal,
    );
    return answer.status === 401 ? challengeIn(answer) : null;
  }
}

/** The challenge in an answer that is met here: Bearer rather than Basic. */
export function challengeIn({ headers }: Answer): Challenge | null {
  const values: unknown = headers["www-authenticate"];
  const challenges = parseChallenges([values].flat().filter((value) => typeof value === "string"));
  return (
    challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "basic") ?? null
  );
}

/** What is shown to a registry with the credentials of one source. */
export class Authorizer {
  readonly #credentials: CredentialSource;
  readonly #challenges: Challenges;
  readonly #tokens: Tokens;

  constructor(credentials: CredentialSource, challenges: Challenges, tokens: Tokens) {
    this.#credentials = credentials;
    this.#challenges = challenges;
    this.#tokens = tokens;
  }

  /** The Authorization header for a request, or null where none is asked for or can be given. */
  async header(endpoint: Endpoint, signal: AbortSignal): Promise<string | null> {
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    const challenge = await untilAborted(this.#challenges.of(endpoint), signal, () => late(place));
    if (challenge === null) return null;
    return this.#answer(endpoint, challenge, await this.#credentials.find(endpoint.repository), signal);
  }

  /**
   * Another Authorization header, after one that was refused with 401.
   *
   * @throws RegistryError (unauthorized) where there is none
   */
  async after(refusal: Answer, endpoint: Endpoint, shown: string | null, signal: AbortSignal): Promise<string> {
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    const challenge = challengeIn(refusal);
    const credential = await this.#credentials.find(endpoint.repository);
    if (challenge === null) throw failureOf(refusal, place, reason(credential, shown));
    this.#challenges.learn(endpoint, challenge);
    const spent = shown?.startsWith("Bearer ") ? shown.slice("Bearer ".length) : undefined;
    const header = await this.#answer(endpoint, challenge, credential, signal, spent);
    if (header === null || header === shown) throw failureOf(refusal, place, reason(credential, shown));
    return header;
  }

  /** The error for a 401 that no credentials cure. */
  async refused(refusal: Answer, endpoint: Endpoint, shown: string | null): Promise<RegistryError> {
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    return failureOf(refusal, place, reason(await this.#credentials.find(endpoint.repository), shown));
  }

  async #answer(
    endpoint: Endpoint,
    challenge: Challenge,
    credential: Credential,
    signal: AbortSignal,
    spent?: string,
  ): Promise<string | null> {
    if (credential.kind === "bearer") return `Bearer ${credential.token}`;
    if (challenge.scheme === "basic") return credential.kind === "basic" ? basicAuthorization(credential) : null;
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    const scope = `repository:${endpoint.repository.path}:pull`;
    try {
      const token = this.#tokens.get({ endpoint, challenge, credential, scope }, spent);
      return `Bearer ${await untilAborted(token, signal, () => late(place))}`;
    } catch (error) {
      // A helper that failed explains why the token server wanted more than nothing.
      if (!(error instanceof RegistryError) || error.kind !== "unauthorized") throw error;
      const { status, detail } = error;
      throw new RegistryError("unauthorized", place, {
        status,
        detail: both(detail, reason(credential, null)),
      });
    }
  }
}

function reason(credential: Credential, shown: string | null): RegistryDetail | undefined {
  if (credential.kind === "anonymous") return credential.problem ?? ((say) => say.noCredentials);
  return shown === null ? undefined : (say) => say.refusedCredentials;
}

function late(place: RegistryPlace): never {
  throw new RegistryError("timeout", place);
}
