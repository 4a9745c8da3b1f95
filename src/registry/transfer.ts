import type { Authorizer } from "./authorizer.ts";
import type { Connections } from "./connections.ts";
import { trustAt } from "./derived-trust.ts";
import type { Endpoint, Endpoints } from "./endpoint.ts";
import { type Answer, type Asked, exchange } from "./exchange.ts";
import { failureOf } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { withRetries } from "./wait.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One read of a registry. */
export interface Read {
  readonly method: "GET" | "HEAD";
  /** Below the endpoint: `/v2/<repository>/manifests/<tag>`, with a query where needed. */
  readonly path: string;
  readonly accept?: readonly string[];
  readonly most: number;
  readonly beyond?: Asked["beyond"];
  readonly signal: AbortSignal;
}

/** Reads with tries, credentials and redirects. */
export class Transfer {
  readonly #limits: Limits;
  readonly #connections: Connections;
  readonly #endpoints: Endpoints;
  readonly #authorizer: Authorizer;

  constructor(limits: Limits, connections: Connections, endpoints: Endpoints, authorizer: Authorizer) {
    this.#limits = limits;
    this.#connections = connections;
    this.#endpoints = endpoints;
    this.#authorizer = authorizer;
  }

  /**
   * The answer to a read, whose status is 200 or one of those that are asked for.
   *
   * @throws RegistryError for any other answer, or none
   */
  read(endpoint: Endpoint, read: Read, statuses: ReadonlySet<number> = new Set()): Promise<Answer> {
    const attempts = endpoint.mirror ? 1 : this.#limits.attempts;
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    const once = async (): Promise<Answer> => {
      const answer = await this.#authorized(endpoint, read, place);
      if (answer.status === 200 || statuses.has(answer.status)) return answer;
      throw failureOf(answer, place);
    };
    return withRetries(once, attempts, this.#limits, read.signal);
  }

  async #authorized(endpoint: Endpoint, read: Read, place: RegistryPlace): Promise<Answer> {
    const shown = await this.#authorizer.header(endpoint, read.signal);
    const first = await this.#follow(endpoint, read, shown, place);
    if (first.answer.status !== 401 || first.elsewhere) return first.answer;
    // A token may have expired early, or the registry asks for more than its root does. Once: a second refusal is final.
    const other = await this.#authorizer.after(first.answer, endpoint, shown, read.signal);
    const { answer, elsewhere } = await this.#follow(endpoint, read, other, place);
    if (answer.status === 401 && !elsewhere) throw await this.#authorizer.refused(answer, endpoint, other);
    return answer;
  }

  async #follow(
    endpoint: Endpoint,
    { method, path, accept, most, beyond, signal }: Read,
    authorization: string | null,
    place: RegistryPlace,
  ): Promise<{ answer: Answer; elsewhere: boolean }> {
    const known = { endpoints: this.#endpoints, connections: this.#connections };
    let url = new URL(path, endpoint.url);
    // Credentials are for the registry alone, and do not come back on the way from another host.
    let elsewhere = false;
    for (let hop = 0; hop <= this.#limits.redirects; hop++) {
      const trust = await trustAt(url, endpoint, known, place);
      const { pool } = await this.#connections.to(url, trust, place);
      const headers = {
        ...(accept === undefined ? {} : { accept: accept.join(", ") }),
        ...(authorization === null || elsewhere ? {} : { authorization }),
      };
      const asked = { method, url, headers, signal, most, ...(beyond === undefined ? {} : { beyond }) };
      const answer = await exchange(pool, asked, this.#limits, place);
      if (!REDIRECTS.has(answer.status)) return { answer, elsewhere };
      const target = answer.headers.location;
      if (target === undefined || !URL.canParse(target, url.href)) {
        throw new RegistryError("protocol", place, { status: answer.status, detail: (say) => say.noRedirect });
      }
      url = new URL(target, url);
      elsewhere ||= url.origin !== endpoint.url.origin;
    }
    throw new RegistryError("too-many", place, { detail: (say) => say.redirects(this.#limits.redirects) });
  }
}
