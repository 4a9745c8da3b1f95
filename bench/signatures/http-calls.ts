import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Pool } from "undici";

/** One request, and those that had ended when it was begun. */
export interface HttpCall {
  readonly method: "GET" | "HEAD";
  readonly path: string;
  readonly headers: readonly string[];
  readonly after: readonly number[];
}

interface Told {
  readonly request: { readonly method: string; readonly path: string; readonly headers: readonly string[] };
}

/** What `run` asks of registries, as undici tells it. */
export async function callsOf(run: () => Promise<unknown>): Promise<HttpCall[]> {
  const calls: HttpCall[] = [];
  const begun = new Map<object, number>();
  const ended = new Set<number>();
  const begin = (message: unknown): void => {
    const { request } = message as Told;
    const { method, path, headers } = request;
    if (method !== "GET" && method !== "HEAD") throw new Error(`${method} ${path}`);
    begun.set(request, calls.length);
    calls.push({ method, path, headers: [...headers], after: [...ended] });
  };
  const end = (message: unknown): void => {
    const at = begun.get((message as Told).request);
    if (at !== undefined) ended.add(at);
  };
  subscribe("undici:request:create", begin);
  subscribe("undici:request:trailers", end);
  try {
    await run();
  } finally {
    unsubscribe("undici:request:create", begin);
    unsubscribe("undici:request:trailers", end);
  }
  return calls;
}

/** The very same requests, in the same order and as many at a time, with nothing done about their answers. */
export class BareClient {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool(url, { connections: 16 });
  }

  async replay(calls: readonly HttpCall[]): Promise<void> {
    const running: Promise<void>[] = [];
    for (const { method, path, headers, after } of calls) {
      const before = Promise.all(after.map((at) => running[at]));
      running.push(
        before.then(async () => {
          const { body } = await this.#pool.request({ method, path, headers: [...headers] });
          await body.arrayBuffer();
        }),
      );
    }
    await Promise.all(running);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
