import { fingerprintOf } from "./fingerprint.ts";
import { type Policies, PoliciesInForce } from "./policies.ts";
import type { ConfigurationState } from "./readiness.ts";

/** What a configuration and its bundles became, and the files that they came from. */
export interface LoadedPolicies {
  readonly policies: Policies;
  /** The configuration's own file, for people; null where there is none. */
  readonly file: string | null;
  /** All that it was read from. */
  readonly files: readonly string[];
}

export interface ReloaderOptions {
  /** All files that would be read now. */
  readonly files: () => Promise<readonly string[]>;
  /** Reads and prepares anew. Whatever it throws, the policies in force stay. Null: there are none yet. */
  readonly load: (inForce: Policies | null) => Promise<LoadedPolicies>;
  /** How often the files are looked at, in milliseconds. */
  readonly intervalMs: number;
  /** These are in force from now on; also the first ones. */
  readonly onInForce: (policies: Policies) => void;
  readonly onLoaded: (file: string | null) => void;
  readonly onRefused: (reason: string) => void;
}

/** A file that is written while it is read is read again, but not for ever. */
const mostAttempts = 5;

/**
 * Keeps the policies in force those of the files. New ones are prepared beside the old and put in their place between two
 * reviews; ones that cannot be prepared are refused, and said so until they are repaired.
 */
export class PolicyReloader {
  readonly inForce: PoliciesInForce;
  readonly #options: ReloaderOptions;
  #files: readonly string[];
  #fingerprint: string;
  #state: ConfigurationState;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: ReloaderOptions, first: Read) {
    this.#options = options;
    this.inForce = new PoliciesInForce(first.loaded.policies);
    this.#files = first.loaded.files;
    this.#fingerprint = first.fingerprint;
    this.#state = { file: first.loaded.file, loadedAt: new Date(), refused: null };
    options.onInForce(first.loaded.policies);
  }

  /**
   * Loads for the first time, and watches from then on.
   * @throws what `load` throws
   */
  static async start(options: ReloaderOptions): Promise<PolicyReloader> {
    const first = await readSettled(options, null);
    const reloader = new PolicyReloader(options, first);
    reloader.#schedule();
    return reloader;
  }

  get state(): ConfigurationState {
    return this.#state;
  }

  /** Reads the files again, whether or not they look changed. Resolves when what they hold is in force or refused. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#load());
    return this.#running;
  }

  /** Ends the policies in force as well. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.inForce.close();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#look());
      void this.#running.then(() => this.#schedule());
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    if (!this.#closed && (await fingerprintOf(this.#files)) !== this.#fingerprint) await this.#load();
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    // Taken before anything is read: what changes meanwhile looks changed at the next look.
    const files = await this.#options.files();
    const before = await fingerprintOf(files);
    try {
      const { loaded, fingerprint } = await readSettled(this.#options, this.inForce.current);
      this.inForce.replace(loaded.policies);
      this.#options.onInForce(loaded.policies);
      this.#files = loaded.files;
      this.#fingerprint = fingerprint;
      this.#state = { file: loaded.file, loadedAt: new Date(), refused: null };
      this.#options.onLoaded(loaded.file);
    } catch (error) {
      // What is refused is refused once, and not each time that somebody looks.
      this.#files = files;
      this.#fingerprint = before;
      const reason = faultsIn(error);
      this.#state = { ...this.#state, refused: { at: new Date(), reason } };
      this.#options.onRefused(reason);
    }
  }
}

interface Read {
  readonly loaded: LoadedPolicies;
  readonly fingerprint: string;
}

/** Loads until the files were the same before and after, so that no change between two looks is missed. */
async function readSettled({ files: find, load }: ReloaderOptions, inForce: Policies | null): Promise<Read> {
  for (let attempt = 1; ; attempt += 1) {
    const files = await find();
    const fingerprint = await fingerprintOf(files);
    const loaded = await load(inForce);
    if ((await fingerprintOf(loaded.files)) === fingerprint || attempt === mostAttempts) return { loaded, fingerprint };
    await loaded.policies.retire();
  }
}

/** What is wrong, for people: a configuration says where. */
function faultsIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("notifications" in error) || !Array.isArray(error.notifications)) return error.message;
  return error.notifications
    .map(({ file, line, column, message }) => {
      const place = [file, line, column].filter((part) => part !== undefined).join(":");
      return place === "" ? message : `${place}: ${message}`;
    })
    .join("; ");
}
