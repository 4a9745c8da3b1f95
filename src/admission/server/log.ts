import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { destination, type Logger, pino, stdTimeFunctions } from "pino";
import { countFindings, type Decision } from "./decision.ts";
import type { LogLevel } from "./log-levels.ts";

export interface ServerLogOptions {
  readonly level: LogLevel;
  /** A file descriptor; default: that of standard error. */
  readonly to?: number;
  /** Called for each line that is dropped because too many wait to be written. */
  readonly onDrop?: () => void;
}

/** Lines are gathered up to so many bytes, or for so long, before they are written. */
const batchBytes = 8192;
const batchMs = 200;
/** What may wait where nobody reads: more is dropped, for a log must not take the server's memory. */
const mostWaitingBytes = 16 << 20;
/** How long the end waits for a reader who does not read. */
const closeMs = 2000;

/** JSON lines, written beside the loop: one a decision, and what happens to the server itself. */
export class ServerLog {
  readonly #logger: Logger;
  readonly #out: ReturnType<typeof destination>;

  constructor({ level, to = 2, onDrop = () => {} }: ServerLogOptions) {
    this.#out = destination({
      dest: to,
      sync: false,
      minLength: batchBytes,
      periodicFlush: batchMs,
      maxLength: mostWaitingBytes,
    });
    this.#out.on("drop", onDrop);
    // A log that cannot be written (a closed pipe) is no reason to stop judging.
    this.#out.on("error", onDrop);
    this.#logger = pino(
      { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
      this.#out,
    );
  }

  /** One line a review: who asked for what, and what became of it. Nothing of what the object holds. */
  decided({ record, durationMs }: Decision): void {
    const { findings: _, ...said } = record;
    const line = { ...said, findings: countFindings(record), durationMs: Math.round(durationMs * 1000) / 1000 };
    if (record.outcome === "failed") this.#logger.error(line, "review failed");
    else this.#logger.info(line, record.pinned === undefined ? "reviewed" : "mutated");
  }

  info(facts: object, message: string): void {
    this.#logger.info(facts, message);
  }

  warn(facts: object, message: string): void {
    this.#logger.warn(facts, message);
  }

  error(facts: object, message: string): void {
    this.#logger.error(facts, message);
  }

  /** Resolves when what was logged so far is written, or cannot be. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      try {
        this.#out.flush(() => resolve());
      } catch {
        resolve();
      }
    });
  }

  /** Writes what waits before it returns: for a process that is about to fall. */
  flushNow(): void {
    try {
      this.#out.flushSync();
    } catch {
      // Nobody reads it: there is nothing left to tell them.
    }
  }

  /** Resolves when everything is written, or nobody takes it. To be called last. */
  async close(): Promise<void> {
    const written = once(this.#out, "close").catch(() => {});
    this.#out.end();
    const tooLong = new AbortController();
    await Promise.race([written, delay(closeMs, undefined, { signal: tooLong.signal }).catch(() => {})]);
    tooLong.abort();
  }
}
