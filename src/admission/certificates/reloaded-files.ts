import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { systemReason } from "../../messages/system-reason.ts";
import { messageIn } from "../../messages/thrown.ts";
import { CertificateError, type CertificateEvent } from "./certificate-source.ts";
import type { Clock } from "./clock.ts";
import { Loop } from "./loop.ts";
import { readTogether } from "./read-together.ts";
import { type CertificateWords, certificateWords } from "./words.ts";

/** Writers touch several files in a row: look when they have most likely ended. In milliseconds. */
const settling = 100;

export interface ReloadedFilesOptions<T> {
  readonly paths: readonly string[];
  /** What the files are, for messages. */
  readonly files: keyof CertificateWords["files"];
  /** Throws where the texts, one for each path, cannot be used now. */
  readonly parse: (texts: readonly string[]) => T;
  readonly clock: Clock;
  /** Milliseconds between looks that no notification of the file system caused. */
  readonly pollInterval: number;
  readonly onEvent: (event: CertificateEvent) => void;
}

/**
 * Files that are read again when they change. What cannot be used is refused and told once, and the old is kept.
 * The file system's notifications make it quick; reading the files every few seconds makes it certain, since
 * notifications get lost on network and overlay file systems, and where a link far above the files is swapped.
 */
export class ReloadedFiles<T> {
  readonly #options: ReloadedFilesOptions<T>;
  readonly #loop: Loop;
  readonly #listeners: ((value: T) => void)[] = [];
  readonly #watchers: FSWatcher[] = [];
  #texts: readonly string[];
  #current: T;
  #problem: string | null = null;

  private constructor(options: ReloadedFilesOptions<T>, texts: readonly string[]) {
    this.#options = options;
    this.#texts = texts;
    this.#current = options.parse(texts);
    this.#loop = new Loop(options.clock, () => this.#look());
  }

  /** @throws CertificateError where the files cannot be read or used at the start. */
  static async open<T>(options: ReloadedFilesOptions<T>): Promise<ReloadedFiles<T>> {
    const { paths } = options;
    try {
      const files = new ReloadedFiles(options, await readTogether(paths));
      files.#watch();
      files.#loop.runWithin(options.pollInterval);
      return files;
    } catch (error) {
      throw new CertificateError((say, language) => {
        const reason = error instanceof CertificateError ? error.describe(language) : systemReason(error, language);
        return say.cannotUse(say.files[options.files], paths, reason);
      });
    }
  }

  get current(): T {
    return this.#current;
  }

  get problem(): string | null {
    return this.#problem;
  }

  onChange(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    await this.#loop.close();
  }

  #watch(): void {
    for (const folder of new Set(this.#options.paths.map((path) => dirname(path)))) {
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#loop.runWithin(settling));
        watcher.on("error", () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // No watch can be had (too many, or none on this file system): looking every few seconds does it alone.
      }
    }
  }

  async #look(): Promise<number> {
    const { files, onEvent, parse, paths, pollInterval } = this.#options;
    // The log speaks English.
    const name = certificateWords.en.files[files];
    try {
      const texts = await readTogether(paths);
      const value = parse(texts);
      this.#problem = null;
      if (!texts.every((text, index) => text === this.#texts[index])) {
        this.#texts = texts;
        this.#current = value;
        onEvent({ level: "info", message: `${name}: the files have changed and are in use` });
        for (const listener of this.#listeners) listener(value);
      }
    } catch (error) {
      const problem = `${name}: the files are refused and the last good ones stay in use: ${messageIn(error)}`;
      if (problem !== this.#problem) onEvent({ level: "error", message: problem });
      this.#problem = problem;
    }
    return pollInterval;
  }
}
