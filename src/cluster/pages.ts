import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { isExpired, TransportError } from "./api-error.ts";
import { clusterWords } from "./words.ts";

/** Some of the objects of a list, in the API server's order: by namespace and name. */
export interface ListPage {
  /** Without `apiVersion` and `kind`, for built-in kinds: the list has them. */
  readonly items: readonly JsonObject[];
  /** Of the whole list: where a watch goes on from. */
  readonly resourceVersion: string;
  /** The list began anew, because the server no longer knew how it went on: all pages so far are void. */
  readonly restarted: boolean;
}

export interface PagesOptions {
  /** Objects a page; by default 500. */
  readonly limit?: number;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Told in words why a list begins anew. */
  readonly onNote?: (note: string) => void;
}

const mostRestarts = 3;
/**
 * Bytes of a page of several objects: as values they take many times as much memory, and anybody may have written them. A
 * single object may be as large as there are.
 */
const pageBytes = 4 << 20;

/**
 * Reads a list by pages (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).
 * A page that is too large to be taken is asked for again with fewer objects, for no size of objects may hide the rest; those
 * that follow have more again.
 * @param ask with the most bytes that the answer may have; undefined: as many as any answer
 */
export async function* readPages(
  ask: (query: Record<string, string>, most: number | undefined) => Promise<JsonObject>,
  { limit = 500, onNote = () => {} }: PagesOptions,
): AsyncGenerator<ListPage> {
  let objects = limit;
  let next = "";
  let restarted = false;
  for (let restarts = 0; ; ) {
    let list: JsonObject;
    try {
      const query = { limit: String(objects), ...(next === "" ? {} : { continue: next }) };
      list = await ask(query, objects > 1 ? pageBytes : undefined);
    } catch (error) {
      if (error instanceof TransportError && error.code === "too-large" && objects > 1) {
        objects = Math.ceil(objects / 4);
        continue;
      }
      if (next === "" || !isExpired(error) || restarts >= mostRestarts) throw error;
      restarts++;
      onNote(`the list expired while it was read; it begins anew (${restarts} of ${mostRestarts})`);
      next = "";
      restarted = true;
      continue;
    }
    if (!Array.isArray(list.items) && list.items !== null)
      throw new TransportError("malformed", (language) => clusterWords[language].listNoItems);
    const metadata = objectOf(list.metadata);
    const items = listOf(list.items).filter(isObject);
    next = textOf(metadata.continue) ?? "";
    yield { items, resourceVersion: textOf(metadata.resourceVersion) ?? "", restarted };
    restarted = false;
    if (next === "") return;
    objects = Math.min(limit, objects * 4);
  }
}
