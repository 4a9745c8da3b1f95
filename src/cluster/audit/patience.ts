import { setTimeout as sleep } from "node:timers/promises";
import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { ApiError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import { type ListPage, readPages } from "../pages.ts";

const MOST_TRIES = 6;
/** Seconds. */
const LONGEST_WAIT = 30;

/** Asks again, later, where the API server has too much to do: an audit is in no hurry. */
export async function patiently<Answer>(ask: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || tried >= MOST_TRIES) throw error;
      const seconds = Math.min(error.retryAfter ?? 2 ** (tried - 1), LONGEST_WAIT);
      await sleep(seconds * 1000, undefined, { signal });
    }
  }
}

export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * All pages of a list, each asked for patiently.
 * @yields with each page how many objects are still to come, as far as the API server says so
 */
export async function* listPages(
  client: ClusterClient,
  path: string,
  { signal, query = {} }: ListOptions = {},
): AsyncGenerator<ListPage & { readonly remaining: number }> {
  let remaining = 0;
  const ask = async (page: Record<string, string>, most: number | undefined): Promise<JsonObject> => {
    const options = { query: { ...query, ...page }, signal, ...(most === undefined ? {} : { most }) };
    const list = await patiently(() => client.get(path, options), signal);
    const { remainingItemCount } = objectOf(list.metadata);
    remaining = typeof remainingItemCount === "number" ? remainingItemCount : 0;
    return list;
  };
  for await (const page of readPages(ask, { signal })) yield { ...page, remaining };
}

function isBusy(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 429 || (error.status === 503 && error.retryAfter !== null));
}
