import type { JsonObject, JsonValue } from "../documents/document.ts";
import { isObject, listOf } from "./json.ts";

/** Values of variables as far as the manifest tells: the literal ones. */
type Variables = ReadonlyMap<string, string>;

const SHELLS = new Set(["sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"]);
/** Programs that run the program named behind them. */
const WRAPPERS = new Set(["exec", "nohup", "sudo", "env", "time", "nice", "command", "tini", "dumb-init", "gosu"]);
/** Shells that start shells: nobody nests them deeper by hand. */
const DEEPEST_SHELL = 4;
/** A script longer than this is not looked through. */
const LONGEST_SCRIPT = 262_144;

/**
 * The environment of a container whose values stand in the manifest. References to earlier variables are resolved as
 * Kubernetes does; what comes from elsewhere (valueFrom, envFrom) is left out.
 */
function literalVariables(container: JsonObject): Variables {
  const variables = new Map<string, string>();
  for (const entry of listOf(container.env)) {
    if (!isObject(entry) || typeof entry.name !== "string") continue;
    const { value } = entry;
    if (typeof value === "string") variables.set(entry.name, expandReferences(value, variables));
    else if (typeof value === "number" || typeof value === "boolean") variables.set(entry.name, String(value));
  }
  return variables;
}

/**
 * Resolves `$(NAME)` as Kubernetes does in command, args and env: `$$(NAME)` is the text `$(NAME)`, and a reference to
 * an unknown variable stays as it is.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(text: string, variables: Variables): string {
  if (!text.includes("$")) return text;
  let expanded = "";
  let from = 0;
  for (;;) {
    const dollar = text.indexOf("$", from);
    if (dollar < 0 || dollar + 1 >= text.length) return expanded + text.slice(from);
    expanded += text.slice(from, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      expanded += "$";
      from = dollar + 2;
    } else if (next === "(") {
      const close = text.indexOf(")", dollar);
      if (close < 0) return expanded + text.slice(dollar);
      expanded += variables.get(text.slice(dollar + 2, close)) ?? text.slice(dollar, close + 1);
      from = close + 1;
    } else {
      expanded += "$";
      from = dollar + 1;
    }
  }
}

/**
 * The commands that a container runs, each a list of words: its command and args, and, where these hand a script to a
 * shell (`bash -c "…"`), the simple commands of that script. `$(NAME)`, and in scripts `$NAME` and `${NAME}`, are
 * resolved from the literal environment.
 */
export function commandsOf(container: JsonObject): readonly (readonly string[])[] {
  if (container.command === undefined && container.args === undefined) return [];
  const variables = literalVariables(container);
  const words = [...texts(container.command), ...texts(container.args)].map((word) =>
    expandReferences(word, variables),
  );
  const commands: string[][] = [];
  addCommand(words, variables, commands, 0);
  return commands;
}

/** Where the name of the program stands among a command's words: behind assignments and wrappers such as `exec`. */
export function programIndex(command: readonly string[]): number {
  let index = 0;
  while (index < command.length) {
    const word = command[index] ?? "";
    const wrapped = index > 0 && word.startsWith("-");
    if (!wrapped && !isAssignment(word) && !WRAPPERS.has(baseName(word))) break;
    index++;
  }
  return index;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function texts(value: JsonValue | undefined): string[] {
  const found: string[] = [];
  for (const item of listOf(value)) {
    if (typeof item === "string") found.push(item);
    else if (typeof item === "number" || typeof item === "boolean") found.push(String(item));
  }
  return found;
}

function addCommand(words: readonly string[], variables: Variables, commands: string[][], depth: number): void {
  if (words.length === 0) return;
  commands.push([...words]);
  const script = depth < DEEPEST_SHELL ? scriptOf(words) : null;
  if (script === null || script.length > LONGEST_SCRIPT) return;
  for (const command of splitScript(script, variables)) addCommand(command, variables, commands, depth + 1);
}

/** The script that a command hands to a shell: the word behind `-c`, `-ec`, `-lc`, …, or null. */
function scriptOf(words: readonly string[]): string | null {
  let index = programIndex(words);
  const program = words[index];
  if (program === undefined || !SHELLS.has(baseName(program))) return null;
  if (baseName(program) === "busybox") index++;
  for (index++; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-") && !word.startsWith("+")) return null;
    if (!word.startsWith("--") && word.endsWith("c")) return words[index + 1] ?? null;
    if (word === "-o" || word === "+o" || word === "-O") index++;
  }
  return null;
}

function isAssignment(word: string): boolean {
  const equals = word.indexOf("=");
  return equals > 0 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(word.slice(0, equals));
}

/** The simple commands of a shell script, each a list of words, without the operators between them. */
export function splitScript(script: string, variables: Variables): string[][] {
  const commands: string[][] = [];
  let command: string[] = [];
  let word: string | null = null;
  let index = 0;
  const endWord = (): void => {
    if (word !== null) command.push(word);
    word = null;
  };
  const endCommand = (): void => {
    endWord();
    if (command.length > 0) commands.push(command);
    command = [];
  };
  while (index < script.length) {
    const char = script[index] ?? "";
    if (char === "'") {
      const close = script.indexOf("'", index + 1);
      const end = close < 0 ? script.length : close;
      word = (word ?? "") + script.slice(index + 1, end);
      index = end + 1;
    } else if (char === '"') {
      const [text, end] = doubleQuoted(script, index + 1, variables);
      word = (word ?? "") + text;
      index = end;
    } else if (char === "\\") {
      if (script[index + 1] !== "\n") word = (word ?? "") + (script[index + 1] ?? "");
      index += 2;
    } else if (char === "$") {
      const [text, end] = variable(script, index, variables);
      word = (word ?? "") + text;
      index = end;
    } else if (char === " " || char === "\t" || char === "\r") {
      endWord();
      index++;
    } else if (char === "#" && word === null) {
      const newline = script.indexOf("\n", index);
      index = newline < 0 ? script.length : newline;
    } else if (char === "&" && (script[index - 1] === ">" || script[index + 1] === ">")) {
      word = (word ?? "") + char;
      index++;
    } else if (char === "\n" || char === ";" || char === "&" || char === "|" || char === "(" || char === ")") {
      endCommand();
      index++;
    } else {
      word = (word ?? "") + char;
      index++;
    }
  }
  endCommand();
  return commands.map(withoutKeywords).filter((words) => words.length > 0);
}

const KEYWORDS = new Set(["if", "then", "else", "elif", "do", "while", "until", "{", "!"]);

function withoutKeywords(words: string[]): string[] {
  let from = 0;
  while (from < words.length && KEYWORDS.has(words[from] ?? "")) from++;
  return from === 0 ? words : words.slice(from);
}

function doubleQuoted(script: string, from: number, variables: Variables): [text: string, end: number] {
  let text = "";
  let index = from;
  while (index < script.length) {
    const char = script[index] ?? "";
    if (char === '"') return [text, index + 1];
    if (char === "\\") {
      const next = script[index + 1] ?? "";
      text += next === "\n" ? "" : '"\\$`'.includes(next) ? next : `\\${next}`;
      index += 2;
    } else if (char === "$") {
      const [value, end] = variable(script, index, variables);
      text += value;
      index = end;
    } else {
      text += char;
      index++;
    }
  }
  return [text, index];
}

const VARIABLE = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^{}$]*))?\})/y;

/** `$NAME`, `${NAME}`, `${NAME:-default}` resolved; anything else that begins with a dollar stays as it is. */
function variable(script: string, at: number, variables: Variables): [text: string, end: number] {
  VARIABLE.lastIndex = at;
  const match = VARIABLE.exec(script);
  if (match === null) return ["$", at + 1];
  const value = variables.get(match[1] ?? match[2] ?? "") ?? match[3];
  return [value ?? match[0], at + match[0].length];
}
