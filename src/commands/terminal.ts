import { fstatSync } from "node:fs";
import { LANGUAGES, type Language } from "../messages/language.ts";
import type { Colour } from "../reporters/reporter.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The language that `--lang` names, else that of the locale (`zh_CN.UTF-8`), else English. */
export function languageOf(option: string | undefined, environment: Environment): Language {
  const locale = [environment.LC_ALL, environment.LC_MESSAGES, environment.LANG].find((each) => each);
  const wanted = option ?? locale?.toLowerCase() ?? "";
  return LANGUAGES.find((language) => wanted.startsWith(language)) ?? "en";
}

/**
 * Whether a descriptor is a terminal. `node:tty` brings the network along, so it is asked only where the answer is not
 * plain: files, pipes and `/dev/null` are none.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    // On Linux major number 1 is memory: null, zero, full.
    if (!stat.isCharacterDevice() || (process.platform === "linux" && stat.rdev >> 8 === 1)) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** The width of standard output's terminal in cells, or 80 where it is none. */
export function columnsOf(environment: Environment): number {
  const given = Number(environment.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  return isTerminal(1) ? (process.stdout.columns ?? 80) : 80;
}

/**
 * The colours for standard output, or null. `--color`, then `NO_COLOR` and `FORCE_COLOR`, then whether it is a terminal.
 * Source: https://no-color.org
 */
export async function colourFor(option: string | undefined, environment: Environment): Promise<Colour | null> {
  if (!wantsColour(option, environment)) return null;
  const { Chalk } = await import("chalk");
  return new Chalk({ level: 1 });
}

function wantsColour(option: string | undefined, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (option === "always") return true;
  if (option === "never") return false;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  if (FORCE_COLOR === "0") return false;
  return TERM !== "dumb" && isTerminal(1);
}
