import type { JsonObject } from "../../json/value.ts";
import { messageIn } from "../../messages/thrown.ts";
import type { Clock } from "../certificates/clock.ts";
import { Loop } from "../certificates/loop.ts";
import { type RegistrationDifference, registrationDifferences } from "./differences.ts";
import type { EntrySettings } from "./webhook-entries.ts";
import type { AskedSettings } from "./webhook-rules.ts";

/** Whether a ValidatingWebhookConfiguration is what the configuration in force asks for. */
export interface RegistrationState {
  readonly name: string;
  /** `unknown`: it could not be read, or not yet. */
  readonly state: "agrees" | "differs" | "absent" | "unknown";
  readonly differences: readonly RegistrationDifference[];
  /** Why it is unknown. */
  readonly reason?: string;
}

export interface RegistrationWatchOptions {
  readonly names: readonly string[];
  /** Null where there is none of that name; throws where that cannot be told. */
  readonly read: (name: string) => Promise<JsonObject | null>;
  /** Of the configuration in force. */
  readonly settings: () => EntrySettings & AskedSettings;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** A state is another one than before. */
  readonly onChange: (state: RegistrationState) => void;
}

/**
 * Looks now and then at what the API server was told to ask. Somebody may have edited that, or the configuration, and then
 * one of the two is not in force; nothing else would show it.
 */
export class RegistrationWatch {
  readonly #options: RegistrationWatchOptions;
  readonly #loop: Loop;
  #states: readonly RegistrationState[];

  constructor(options: RegistrationWatchOptions) {
    this.#options = options;
    this.#states = options.names.map((name) => ({ name, state: "unknown", differences: [] }));
    this.#loop = new Loop(options.clock, async () => {
      await this.#look();
      return options.intervalMs;
    });
  }

  get states(): readonly RegistrationState[] {
    return this.#states;
  }

  /** Looks at once, and from then on now and then. Resolves when it has looked. */
  look(): Promise<void> {
    return this.#loop.run();
  }

  close(): Promise<void> {
    return this.#loop.close();
  }

  async #look(): Promise<void> {
    const before = this.#states;
    this.#states = await Promise.all(this.#options.names.map((name) => this.#stateOf(name)));
    this.#states.forEach((state, index) => {
      if (JSON.stringify(state) !== JSON.stringify(before[index])) this.#options.onChange(state);
    });
  }

  async #stateOf(name: string): Promise<RegistrationState> {
    try {
      const registered = await this.#options.read(name);
      if (registered === null) return { name, state: "absent", differences: [] };
      const settings = this.#options.settings();
      const differences = registrationDifferences(registered, settings, settings);
      return { name, state: differences.length === 0 ? "agrees" : "differs", differences };
    } catch (error) {
      const reason = messageIn(error);
      return { name, state: "unknown", differences: [], reason };
    }
  }
}
