import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../../src/json/value.ts";
import { json, status } from "../fake-api/answers.ts";
import { ownCertificate } from "../fake-api/certificate.ts";
import { builtInKinds, discovered, type FakeKind, groupVersion, rootOf } from "../fake-api/kinds.ts";
import { LoopbackServer } from "../fake-api/loopback-server.ts";

interface LoggedEvent {
  readonly revision: number;
  readonly path: string;
  readonly type: string;
  readonly object: JsonObject;
}

interface Watcher {
  readonly path: string;
  readonly response: ServerResponse;
}

/**
 * As much of an API server as lists, watches and discovery need, over HTTPS on loopback: one history of all objects, each
 * change a revision, which lists are read at and watches go on from. What can go wrong is at the test's hand.
 */
export class FakeApiServer extends LoopbackServer {
  readonly requests: { method: string; url: URL; headers: IncomingMessage["headers"] }[] = [];
  /** Answers instead of the usual ones, by path (with `?watch`: to watches alone): a status, or "hang". */
  readonly refusals: Map<string, number | "hang"> = new Map<string, number | "hang">();
  /** Texts to be sent at the start of the next watches of a path. */
  readonly scripts: Map<string, string[]> = new Map<string, string[]>();
  /** Called before a page is answered. */
  onPage: (url: URL) => void = () => {};
  readonly #kinds: FakeKind[] = [...builtInKinds];
  readonly #objects = new Map<string, Map<string, JsonObject>>();
  readonly #log: LoggedEvent[] = [];
  readonly #lists = new Map<string, { readonly items: readonly JsonObject[]; readonly revision: number }>();
  readonly #watchers = new Set<Watcher>();
  #revision = 1;
  #oldest = 0;

  static async start(): Promise<FakeApiServer> {
    const server = new FakeApiServer(await ownCertificate());
    await server.up();
    return server;
  }

  install(...kinds: FakeKind[]): void {
    this.#kinds.push(...kinds);
  }

  put(object: JsonObject): void {
    this.#change(object, (path, key) => {
      const objects = this.#objects.get(path) ?? new Map<string, JsonObject>();
      this.#objects.set(path, objects);
      const type = objects.has(key) ? "MODIFIED" : "ADDED";
      return { objects, type };
    });
  }

  delete(object: JsonObject): void {
    this.#change(object, (path, key) => {
      const objects = this.#objects.get(path);
      return objects?.has(key) ? { objects, type: "DELETED" } : null;
    });
  }

  /** Everything that is there. */
  all(): JsonObject[] {
    return [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Forgets the history: watches and lists from before are gone. */
  compact(): void {
    this.#oldest = this.#revision;
    this.#lists.clear();
  }

  bookmark(): void {
    for (const { path, response } of this.#watchers) {
      const object = { metadata: { resourceVersion: String(this.#revision) } };
      response.write(`${JSON.stringify({ type: "BOOKMARK", object: { ...this.#typeOf(path), ...object } })}\n`);
    }
  }

  /** Writes to the open watches of a path. */
  tell(path: string, text: string): void {
    for (const watcher of this.#watchers) if (watcher.path === path) watcher.response.write(text);
  }

  /** Ends the open watches as the server does when their time is up. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  watches(path: string): number {
    return [...this.#watchers].filter((watcher) => watcher.path === path).length;
  }

  asked(path: string, kind: "list" | "watch" | "any" = "any"): number {
    return this.requests.filter(({ url }) => {
      const watch = url.searchParams.has("watch");
      return url.pathname === path && (kind === "any" || (kind === "watch") === watch);
    }).length;
  }

  #change(
    object: JsonObject,
    apply: (path: string, key: string) => { objects: Map<string, JsonObject>; type: string } | null,
  ): void {
    const path = this.#pathOf(object);
    const { namespace, name } = object.metadata as { namespace?: string; name: string };
    const key = `${namespace ?? ""}/${name}`;
    const change = apply(path, key);
    if (change === null) return;
    const revision = ++this.#revision;
    const stored: JsonObject = {
      ...object,
      metadata: { ...(object.metadata as JsonObject), resourceVersion: String(revision) },
    };
    if (change.type === "DELETED") change.objects.delete(key);
    else change.objects.set(key, stored);
    const event: LoggedEvent = { revision, path, type: change.type, object: stored };
    this.#log.push(event);
    for (const watcher of this.#watchers) if (watcher.path === path) send(watcher.response, event);
  }

  #pathOf({ apiVersion, kind }: JsonObject): string {
    const found = this.#kinds.find((each) => each.kind === kind && groupVersion(each) === apiVersion);
    if (found === undefined) throw new Error(`not installed: ${apiVersion} ${kind}`);
    return `${rootOf(found)}/${found.plural}`;
  }

  #typeOf(path: string): JsonObject {
    const found = this.#kinds.find((each) => `${rootOf(each)}/${each.plural}` === path);
    return found === undefined ? {} : { apiVersion: groupVersion(found), kind: found.kind };
  }

  protected override answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "https://fake");
    this.requests.push({ method: request.method ?? "", url, headers: request.headers });
    const watch = url.searchParams.has("watch") ? this.refusals.get(`${url.pathname}?watch`) : undefined;
    const refusal = watch ?? this.refusals.get(url.pathname);
    if (refusal === "hang") return;
    if (refusal !== undefined) status(response, refusal, refusal === 403 ? "Forbidden" : "");
    else this.#serve(url, response);
  }

  #serve(url: URL, response: ServerResponse): void {
    const known = discovered(this.#kinds, url.pathname);
    if (known !== null) json(response, known);
    else if (Object.keys(this.#typeOf(url.pathname)).length === 0) status(response, 404, "NotFound");
    else if (url.searchParams.has("watch")) this.#watch(url, response);
    else this.#list(url, response);
  }

  #list(url: URL, response: ServerResponse): void {
    this.onPage(url);
    const limit = Number(url.searchParams.get("limit") ?? 1000);
    const token = url.searchParams.get("continue");
    const [id = "", offset = "0"] = token === null ? [`${url.pathname}@${this.#revision}`] : token.split("#");
    if (token === null) {
      const objects = [...(this.#objects.get(url.pathname)?.entries() ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      this.#lists.set(id, { items: objects.map(([, object]) => object), revision: this.#revision });
    }
    const list = this.#lists.get(id);
    if (list === undefined) {
      status(response, 410, "Expired");
      return;
    }
    const end = Number(offset) + limit;
    const items = list.items.slice(Number(offset), end).map(({ apiVersion: _, kind: __, ...rest }) => rest);
    const more = end < list.items.length ? { continue: `${id}#${end}` } : {};
    const { kind, ...type } = this.#typeOf(url.pathname);
    json(response, {
      ...type,
      kind: `${kind}List`,
      metadata: { resourceVersion: String(list.revision), ...more },
      items,
    });
  }

  #watch(url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get("resourceVersion"));
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < this.#oldest) {
      const object = { kind: "Status", status: "Failure", code: 410, reason: "Expired", message: "too old" };
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return;
    }
    const script = this.scripts.get(url.pathname)?.shift();
    if (script !== undefined) {
      response.end(script);
      return;
    }
    for (const event of this.#log) {
      if (event.path === url.pathname && event.revision > from) send(response, event);
    }
    const watcher: Watcher = { path: url.pathname, response };
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
  }
}

function send(response: ServerResponse, { type, object }: LoggedEvent): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}
