import type { RegistrationState } from "../registration/registration-watch.ts";
import type { ExemptionsReport, InformerState } from "./facts.ts";

/** How the configuration in force came to be, and what became of the last one that was to replace it. */
export interface ConfigurationState {
  readonly file: string | null;
  readonly loadedAt: Date;
  /** Why the newest one was refused; null where the newest one is in force. */
  readonly refused: { readonly at: Date; readonly reason: string } | null;
}

export interface ReadinessOptions {
  readonly informers: () => readonly InformerState[];
  readonly configuration: () => ConfigurationState;
  /** Of what the API server was told to ask; none where nobody looks at that. */
  readonly registrations: () => readonly RegistrationState[];
  readonly certificateExpires: () => Date;
  /** Why a newer certificate is not in use; null when all is well. */
  readonly certificateProblem: () => string | null;
  readonly exemptions: () => ExemptionsReport | null;
  /** What is allowed and should not be, in words. */
  readonly warnings: () => readonly string[];
  /** So long informers are waited for, in milliseconds from the start. */
  readonly syncTimeoutMs: number;
  readonly now?: () => number;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly policies: "compiled";
  readonly informers: readonly InformerState[];
  readonly configuration: {
    readonly file: string | null;
    readonly loadedAt: string;
    readonly refused: { readonly at: string; readonly reason: string } | null;
  };
  /** In its own detail alone: whoever registered too little is not helped by a webhook that is not ready. */
  readonly webhookConfigurations: readonly RegistrationState[];
  readonly certificate: { readonly expires: string; readonly problem: string | null };
  /** Null: no records of break-glass are watched. */
  readonly exemptions: ExemptionsReport | null;
  readonly warnings: readonly string[];
}

/**
 * Whether reviews may be sent here. Once ready it stays so until the end: what is lost later makes reviews "not judged",
 * and an unready webhook would judge none at all.
 */
export class Readiness {
  readonly #options: ReadinessOptions;
  readonly #now: () => number;
  readonly #started: number;
  #wasReady = false;
  #draining = false;

  /** To be made when the policies are compiled: there is no server without. */
  constructor(options: ReadinessOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#started = this.#now();
  }

  /** From now on it is not ready. */
  drain(): void {
    this.#draining = true;
  }

  report(): ReadinessReport {
    const { informers, configuration, registrations, certificateExpires, certificateProblem } = this.#options;
    const { syncTimeoutMs, exemptions, warnings } = this.#options;
    const states = informers();
    this.#wasReady ||= !states.some(({ state }) => state === "syncing") || this.#now() - this.#started >= syncTimeoutMs;
    const { file, loadedAt, refused } = configuration();
    return {
      ready: this.#wasReady && !this.#draining,
      draining: this.#draining,
      policies: "compiled",
      informers: states,
      configuration: {
        file,
        loadedAt: loadedAt.toISOString(),
        refused: refused === null ? null : { at: refused.at.toISOString(), reason: refused.reason },
      },
      webhookConfigurations: registrations(),
      certificate: { expires: certificateExpires().toISOString(), problem: certificateProblem() },
      exemptions: exemptions(),
      warnings: warnings(),
    };
  }
}
