import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../documents/document.ts";
import { objectOf } from "../../resources/json.ts";
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
  /** Of the objects their metadata alone, from a server that can do so; others give them whole. */
  readonly metadataOnly?: boolean;
}

export interface PatientPage extends ListPage {
  /** How many objects are still to come, as far as the API server says so. */
  readonly remaining: number;
  /** The question that was answered with this page. */
  readonly query: Readonly<Record<string, string>>;
  /** The objects are their metadata and nothing else. */
  readonly metadataOnly: boolean;
}

/** Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** All pages of a list, each asked for patiently. */
export async function* listPages(
  client: ClusterClient,
  path: string,
  { signal, query: asked = {}, metadataOnly: brief = false }: ListOptions = {},
): AsyncGenerator<PatientPage> {
  let about = { remaining: 0, query: asked, metadataOnly: false };
  const ask = async (page: Record<string, string>): Promise<JsonObject> => {
    const query = { ...asked, ...page };
    const options = { query, signal, ...(brief ? { accept: METADATA } : {}) };
    const list = await patiently(() => client.get(path, options), signal);
    const { remainingItemCount } = objectOf(list.metadata);
    const remaining = typeof remainingItemCount === "number" ? remainingItemCount : 0;
    about = { remaining, query, metadataOnly: list.kind === "PartialObjectMetadataList" };
    return list;
  };
  for await (const page of readPages(ask, { signal })) yield { ...page, ...about };
}

function isBusy(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 429 || (error.status === 503 && error.retryAfter !== null));
}
