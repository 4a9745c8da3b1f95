import { setTimeout as sleep } from "node:timers/promises";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { messageIn } from "../messages/thrown.ts";
import { ApiError, isExpired, TransportError } from "./api-error.ts";
import { Backoff } from "./backoff.ts";
import type { ClusterClient } from "./client.ts";
import type { WatchEvent } from "./event-stream.ts";

/**
 * What is known of a kind's objects.
 *
 * - `syncing`: not yet known
 * - `synced`: all of them, as the API server has them
 * - `lost`: all of them, as they were when the watch broke; not for long, where what is unknown can be told from it
 * - `forbidden`: unknown, for paddlock may not read them
 * - `absent`: there are none, for the kind is not installed
 */
export type WatchState = "syncing" | "synced" | "lost" | "forbidden" | "absent";

/** What is watched, and what of each object is kept. */
export interface WatchTarget<Kept> {
  /** Where it is served, or null if it is not installed. Throws what the client throws. */
  locate(client: ClusterClient, signal: AbortSignal): Promise<WatchedPlace<Kept> | null>;
  /** Whether what was known may no longer be taken for granted when the watch has been broken for long. */
  readonly growsOld: boolean;
}

export interface WatchedPlace<Kept> {
  /** Of the objects. */
  readonly path: string;
  /** Which of them: a fieldSelector. */
  readonly query?: Readonly<Record<string, string>>;
  reduce(object: JsonObject): Kept;
}

/** Who keeps the objects, and is told what is known of them. */
export interface WatchSink<Kept> {
  /** All objects there are; any other is gone. */
  replace(objects: readonly Kept[]): void;
  put(object: Kept): void;
  remove(object: Kept): void;
  /** Nothing is known any more, or nothing is there. */
  clear(): void;
  state(state: WatchState, detail: string): void;
  note(text: string): void;
}

/** Milliseconds. */
export interface WatchTiming {
  /** How long the API server is to keep a watch open; each is shortened by up to a half, so that not all end at once. */
  readonly watch: number;
  /** Silence after which a watch counts as dead; the server sends a bookmark about each minute. */
  readonly silence: number;
  /** Between looks at what is forbidden or not installed. */
  readonly recheck: number;
  readonly firstRetry: number;
  readonly mostRetry: number;
  /** How long what was known still counts after the watch broke, of kinds that may be unknown. */
  readonly stale: number;
}

export const usualTiming: WatchTiming = {
  watch: 600_000,
  silence: 150_000,
  recheck: 60_000,
  firstRetry: 500,
  mostRetry: 10_000,
  stale: 300_000,
};

/** Refusals in a row before what was known is given up: an API server that starts may say 403 or 404 at first. */
const refusalsBelieved = 3;
/** Watches in a row that the server answered and that told nothing, before the objects are listed again. */
const failuresBelieved = 3;

/**
 * Keeps a sink up to date with the objects of one kind: lists them by pages, then watches from there, and does so again
 * where the server no longer knows the place, until it is stopped.
 */
export class KindWatch<Kept> {
  readonly #client: ClusterClient;
  readonly #target: WatchTarget<Kept>;
  readonly #sink: WatchSink<Kept>;
  readonly #timing: WatchTiming;
  readonly #stopping = new AbortController();
  readonly #retry: Backoff;
  readonly #recheck: Backoff;
  /** Whether the sink has objects that were in sync once. */
  #known = false;
  /** When the watch broke, by `performance.now()`. */
  #lostAt: number | null = null;
  #refusals = 0;

  constructor(client: ClusterClient, target: WatchTarget<Kept>, sink: WatchSink<Kept>, timing: WatchTiming) {
    this.#client = client;
    this.#target = target;
    this.#sink = sink;
    this.#timing = timing;
    this.#retry = new Backoff(timing.firstRetry, timing.mostRetry);
    this.#recheck = new Backoff(Math.min(timing.firstRetry * 4, timing.recheck), timing.recheck);
  }

  /** Resolves when it was stopped; never rejects. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const at = await this.#target.locate(this.#client, this.#stopping.signal);
        if (at === null) await this.#refused("absent", "not installed");
        else await this.#follow(at, await this.#list(at));
      } catch (error) {
        if (!this.#stopped) await this.#failed(error);
      }
    }
  }

  /** Ends its request and its timer. */
  stop(): void {
    this.#stopping.abort();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Hands all objects to the sink, and returns the version to watch from. */
  async #list({ path, query, reduce }: WatchedPlace<Kept>): Promise<string> {
    let objects: Kept[] = [];
    let version = "";
    const onNote = (note: string): void => this.#sink.note(note);
    for await (const page of this.#client.pages(path, {
      ...(query ? { query } : {}),
      signal: this.#stopping.signal,
      onNote,
    })) {
      if (page.restarted) objects = [];
      for (const item of page.items) objects.push(reduce(item));
      version = page.resourceVersion;
    }
    this.#sink.replace(objects);
    return version;
  }

  /** Watches until the server no longer knows the version, or something is wrong for longer. */
  async #follow(at: WatchedPlace<Kept>, from: string): Promise<void> {
    let version = from;
    let failures = 0;
    while (!this.#stopped) {
      const began = performance.now();
      let answered = false;
      let told = false;
      try {
        const events = await this.#open(at, version);
        answered = true;
        this.#inSync();
        for await (const event of events) {
          version = this.#apply(event, at) ?? version;
          told = true;
          failures = 0;
          this.#retry.reset();
        }
        // The server ended it, as agreed; one that does so at once is not to be asked without a pause.
        if (!told && performance.now() - began < this.#timing.firstRetry) await this.#pause(this.#retry.wait());
      } catch (error) {
        if (this.#stopped) return;
        if (isExpired(error)) {
          this.#sink.note("the place in the watch is no longer known; the objects are listed again");
          if (!told) await this.#pause(this.#retry.wait());
          return;
        }
        if (isRefusal(error)) throw error;
        // Silence is not yet a loss: the connection may be dead, or the server sends no bookmarks.
        if (answered && error instanceof TransportError && error.code === "timeout") continue;
        if (!isUnreachable(error)) failures++;
        if (failures >= failuresBelieved) throw error;
        const wasKnown = this.#known;
        await this.#failed(error);
        if (wasKnown && !this.#known) return;
      }
    }
  }

  #open(at: WatchedPlace<Kept>, version: string): Promise<AsyncGenerator<WatchEvent>> {
    const seconds = Math.ceil((this.#timing.watch / 1000) * (1 - Math.random() / 2));
    const position = { resourceVersion: version, allowWatchBookmarks: "true", timeoutSeconds: String(seconds) };
    return this.#client.watch(at.path, { ...at.query, ...position }, this.#timing.silence, this.#stopping.signal);
  }

  /** Returns the version that the event brought, if any. */
  #apply({ type, object }: WatchEvent, at: WatchedPlace<Kept>): string | null {
    if (type !== "BOOKMARK") {
      const reduced = at.reduce(object);
      if (type === "DELETED") this.#sink.remove(reduced);
      else this.#sink.put(reduced);
    }
    return versionOf(object);
  }

  /** A watch is open: only then is what was listed kept up to date, and is all permission there that is needed. */
  #inSync(): void {
    this.#known = true;
    this.#lostAt = null;
    this.#refusals = 0;
    this.#recheck.reset();
    this.#sink.state("synced", "");
  }

  async #failed(error: unknown): Promise<void> {
    if (isRefusal(error)) {
      await this.#refused(error.status === 403 ? "forbidden" : "absent", error.message);
      return;
    }
    const detail = messageIn(error);
    this.#growOld();
    // What was refused, or was not there, still is while nobody answers.
    if (this.#refusals === 0 || this.#known) this.#sink.state(this.#known ? "lost" : "syncing", detail);
    await this.#pause(this.#retry.wait(error instanceof ApiError ? error.retryAfter : null));
  }

  /** A policy that was known an hour ago may be gone: it is no longer taken for granted, and what hangs on it not judged. */
  #growOld(): void {
    if (!this.#known || !this.#target.growsOld) return;
    this.#lostAt ??= performance.now();
    if (performance.now() - this.#lostAt < this.#timing.stale) return;
    this.#known = false;
    this.#lostAt = null;
    this.#sink.note("what was known is too old, and counts no more");
    this.#sink.clear();
  }

  async #refused(state: "forbidden" | "absent", detail: string): Promise<void> {
    this.#refusals++;
    if (this.#known && this.#refusals < refusalsBelieved) {
      this.#sink.state("lost", detail);
      await this.#pause(this.#retry.wait());
      return;
    }
    this.#known = false;
    this.#sink.clear();
    this.#sink.state(state, detail);
    await this.#pause(this.#recheck.wait());
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: this.#stopping.signal });
    } catch {
      // Stopped meanwhile, which the loop sees.
    }
  }
}

function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}

/** Nobody answered, which says nothing of whether the place in the watch is still good. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TransportError && error.code !== "malformed" && error.code !== "too-large";
}

function versionOf(object: JsonObject): string | null {
  return textOf(objectOf(object.metadata).resourceVersion);
}
