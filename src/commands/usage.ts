import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line asks for something that there is not. The message is for people; the exit status is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** An option of a command, for parsing and for `--help`. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  /** The letter of its short form: `n` for `-n`. */
  readonly short?: string;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly en: string;
  readonly zh: string;
}

export type OptionSpecs = { readonly [name: string]: OptionSpec };

/** The words of a command line, parsed. Asking for an option that the specs do not name is a bug, and throws. */
export class ParsedOptions {
  readonly operands: readonly string[];
  readonly #specs: OptionSpecs;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(specs: OptionSpecs, values: ReadonlyMap<string, readonly string[]>, operands: readonly string[]) {
    this.#specs = specs;
    this.#values = values;
    this.operands = operands;
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
export async function parseOptions(words: readonly string[], specs: OptionSpecs): Promise<ParsedOptions> {
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
    if (spec === undefined) throw new UsageError(await unknownOption(token.rawName, Object.keys(specs)));
    // kubectl takes `-n=NAME`, too.
    const given = token.rawName.startsWith("--") ? token.value : token.value?.replace(/^=/, "");
    const value = await optionValue(token.rawName, spec, given, token.inlineValue === true);
    values.set(token.name, [...(values.get(token.name) ?? []), value]);
  }
  return new ParsedOptions(specs, values, operands);
}

async function optionValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
): Promise<string> {
  if (spec.type === "boolean") {
    if (value !== undefined) throw new UsageError(`${name} takes no value`);
    return "";
  }
  // `--profile --staged`: a value was forgotten.
  if (value === undefined || (value.startsWith("-") && value !== "-" && !inline)) {
    throw new UsageError(`${name} needs a value: ${name} ${spec.value ?? "VALUE"}`);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const hint = await didYouMean(value, spec.choices);
    throw new UsageError(`${name} is one of ${spec.choices.join(", ")}, not "${value}"${hint}`);
  }
  return value;
}

async function unknownOption(written: string, names: readonly string[]): Promise<string> {
  return `unknown option ${written}${await didYouMean(written.replace(/^-+/, ""), names, "--")}`;
}

/** `; did you mean "…"?`, or nothing where no candidate is near. */
export async function didYouMean(word: string, candidates: readonly string[], prefix = ""): Promise<string> {
  const { nearest } = await import("../config/suggest.ts");
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean "${prefix}${found}"?`;
}
