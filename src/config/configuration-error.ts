import type { Notification } from "../messages/notification.ts";

/** The configuration or the command line asks for something that does not exist. The run cannot start: exit status 2. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  readonly notifications: readonly Notification[];

  /** Each file of `dist` has a copy of this class of its own; an error of any of them is one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ConfigurationError" && "notifications" in value;
  }

  /** One thing that is wrong, where no line can be named. */
  static of(code: string, message: string, file?: string): ConfigurationError {
    return new ConfigurationError([{ level: "error", code, message, ...(file === undefined ? {} : { file }) }]);
  }

  /** @param notifications all that is wrong, in the order of the file; at least one. */
  constructor(notifications: readonly Notification[]) {
    super(notifications.map(describe).join("\n"));
    this.notifications = notifications;
  }
}

function describe({ file, line, column, message }: Notification): string {
  if (file === undefined) return message;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`;
}
