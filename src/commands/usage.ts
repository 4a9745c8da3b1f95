import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Language, Words } from "../messages/language.ts";
import { type UsageWords, usageWords } from "./usage-words.ts";

/** The command line asks for something that there is not. The message is for people; the exit status is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** An option of a command, for parsing and for `--help`. */
export interface OptionSpec extends Words<string> {
  readonly type: "string" | "boolean";
  /** The letter of its short form: `n` for `-n`. */
  readonly short?: string;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly choices?: readonly string[];
}

export type OptionSpecs = { readonly [name: string]: OptionSpec };

/** The words of a command line, parsed. Asking for an option that the specs do not name is a bug, and throws. */
export class ParsedOptions {
  readonly operands: readonly string[];
  /** For what is wrong with them. */
  readonly say: UsageWords;
  readonly #specs: OptionSpecs;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    specs: OptionSpecs,
    values: ReadonlyMap<string, readonly string[]>,
    operands: readonly string[],
    say: UsageWords,
  ) {
    this.#specs = specs;
    this.#values = values;
    this.operands = operands;
    this.say = say;
  }

  /** The value that was given last. */
  text(name: string): string | undefined {
    return this.list(name)?.at(-1);
  }

  list(name: string): readonly string[] | undefined {
    if (this.#specs[name] === undefined) throw new Error(`no option --${name}`);
    return this.#values.get(name);
  }

  flag(name: string): boolean {
    return this.list(name) !== undefined;
  }
}

/**
 * Parses the words of a command line by its option specs. `--name value`, `--name=value`, `--` ends the options.
 * @throws UsageError for an unknown option ("did you mean"), a missing value, a value that is no choice.
 */
export async function parseOptions(
  words: readonly string[],
  specs: OptionSpecs,
  language: Language,
): Promise<ParsedOptions> {
  const say = usageWords[language];
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short }] of Object.entries(specs)) {
    options[name] = short === undefined ? { type } : { type, short };
  }
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true, allowPositionals: true });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw new UsageError(await unknownOption(token.rawName, Object.keys(specs), say));
    // kubectl takes `-n=NAME`, too.
    const given = token.rawName.startsWith("--") ? token.value : token.value?.replace(/^=/, "");
    const value = await optionValue(token.rawName, spec, given, token.inlineValue === true, say);
    values.set(token.name, [...(values.get(token.name) ?? []), value]);
  }
  return new ParsedOptions(specs, values, operands, say);
}

async function optionValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
  say: UsageWords,
): Promise<string> {
  if (spec.type === "boolean") {
    if (value !== undefined) throw new UsageError(say.takesNoValue(name));
    return "";
  }
  // `--profile --staged`: a value was forgotten.
  if (value === undefined || (value.startsWith("-") && value !== "-" && !inline)) {
    throw new UsageError(say.needsValue(name, spec.value ?? "VALUE"));
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    throw new UsageError(say.choice(name, spec.choices, value, await nearestOf(value, spec.choices)));
  }
  return value;
}

async function unknownOption(written: string, names: readonly string[], say: UsageWords): Promise<string> {
  const near = await nearestOf(written.replace(/^-+/, ""), names);
  return say.unknownOption(written, near === undefined ? undefined : `--${near}`);
}

/** What was probably meant, found by what is loaded only then. */
export async function nearestOf(word: string, candidates: readonly string[]): Promise<string | undefined> {
  const { nearest } = await import("../messages/nearest.ts");
  return nearest(word, candidates);
}
