import { posix } from "node:path";
import { spend, within } from "../budget/budget.ts";
import { listOf, textOf } from "../json/json.ts";
import type { JsonObject, Path } from "../json/value.ts";
import { longestPath, longestWord } from "../resources/limits.ts";
import { type Environment, expandReferences } from "./environment.ts";
import { isOpen, shellCommands } from "./shell.ts";

/** A program that a container starts. */
export interface Command {
  /** From the program's name on; wrappers such as `exec` or `tini --` are taken off. */
  readonly words: readonly string[];
  /** The program's base name, `python3.10` as `python`; "" when the image's entry point decides. */
  readonly program: string;
  /** The working directory where it runs; null when only the image knows. */
  readonly directory: string | null;
  /** The file that its output is redirected to. */
  readonly output: string | null;
  /** The next command reads its output. */
  readonly piped: boolean;
  /** Where in the object a word of it was written. */
  field(word: number): Path;
}

const SHELLS = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh"]);
const WRAPPERS = new Set([
  "exec",
  "nohup",
  "time",
  "command",
  "env",
  "sudo",
  "tini",
  "dumb-init",
  "gosu",
  "su-exec",
  "timeout",
  "nice",
  "stdbuf",
  "catchsegv",
  "eval",
  "busybox",
]);
/** Wrappers whose first plain word is no program: `gosu USER …`, `timeout 10m …`. */
const WITH_OPERAND = new Set(["gosu", "su-exec", "timeout"]);
const MAX_NESTING = 4;
/** For each character of a path that is made normal. */
const normalizingSteps = 4;
const NO_COMMANDS: readonly Command[] = [];

/**
 * The programs that a container starts, in order: of its command and args, and of the scripts that these hand to a
 * shell. Words come expanded as far as the manifest tells.
 */
export function commandsOf(container: JsonObject, path: Path, environment: Environment): readonly Command[] {
  const command = listOf(container.command);
  const args = listOf(container.args);
  if (command.length === 0 && args.length === 0) return NO_COMMANDS;
  const directory = workingDirectory(container, environment);
  const commands: Command[] = [];
  const words: string[] = [];
  for (const list of [command, args]) {
    for (const word of list) {
      if (typeof word === "string") {
        within(word.length, longestWord, "word");
        spend(1 + word.length);
      }
      words.push(typeof word === "object" ? "" : expandReferences(String(word), environment));
    }
  }
  const field = (word: number): Path =>
    word < command.length ? [...path, "command", word] : [...path, "args", word - command.length];
  if (command.length === 0 && !SHELLS.has(baseName(words[0] ?? ""))) {
    commands.push({ words, program: "", directory, output: null, piped: false, field });
  } else {
    addCommand(commands, { words, program: "", directory, output: null, piped: false, field }, environment, 0);
  }
  return commands;
}

/** The working directory that a container's manifest names; null when only the image knows. */
export function workingDirectory(container: JsonObject, environment: Environment): string | null {
  const written = textOf(container.workingDir);
  if (written === null) return null;
  within(written.length, longestPath, "path");
  const directory = expandReferences(written, environment);
  return isOpen(directory) || !directory.startsWith("/") ? null : posix.normalize(directory);
}

function addScript(
  commands: Command[],
  script: string,
  start: string | null,
  environment: Environment,
  field: () => Path,
  nesting: number,
): void {
  spend(script.length);
  let directory = start;
  for (const { words, output, piped } of shellCommands(script, environment)) {
    if (words[0] === "cd" || words[0] === "pushd") {
      directory = resolved(
        words.find((word, index) => index > 0 && !word.startsWith("-")) ?? "~",
        directory,
        environment,
      );
    } else {
      addCommand(commands, { words, program: "", directory, output, piped, field }, environment, nesting);
    }
  }
}

/** Takes off wrappers, and enters the scripts of shells. */
function addCommand(commands: Command[], command: Command, environment: Environment, nesting: number): void {
  const { words } = command;
  let first = 0;
  let wrapper = baseName(words[0] ?? "");
  while (WRAPPERS.has(wrapper)) {
    first++;
    let operand = WITH_OPERAND.has(wrapper);
    while (first < words.length) {
      const word = words[first] ?? "";
      if (word.startsWith("-") || (word.includes("=") && !word.includes("/"))) first++;
      else if (operand) {
        operand = false;
        first++;
      } else break;
    }
    wrapper = baseName(words[first] ?? "");
  }
  const script = SHELLS.has(wrapper) ? scriptIndex(words, first + 1) : -1;
  if (script > 0) {
    within(nesting + 1, MAX_NESTING, "shell");
    const field = command.field(script);
    addScript(commands, words[script] ?? "", command.directory, environment, () => field, nesting + 1);
    return;
  }
  commands.push({
    ...command,
    words: first === 0 ? words : words.slice(first),
    program: wrapper.replace(/^(python|pip)[0-9.]+$/, "$1"),
    field: first === 0 ? command.field : (word) => command.field(word + first),
  });
}

/** The index of the script behind `-c` (`-lc`, `-exc`, `-o pipefail -c`), or -1. */
function scriptIndex(words: readonly string[], start: number): number {
  let script = false;
  for (let index = start; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") continue;
    if (/^[-+][A-Za-z]+$/.test(word)) {
      if (word.startsWith("-") && word.includes("c")) script = true;
      if (word.endsWith("o") && !script) index++;
    } else if (!word.startsWith("--")) return script ? index : -1;
  }
  return -1;
}

export function baseName(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/** A path as the program sees it: absolute and normal; null where only the image knows. `~` is `HOME`, else `/root`. */
export function resolved(path: string, directory: string | null, environment: Environment): string | null {
  if (isOpen(path)) return null;
  let whole = path;
  if (path === "~" || path.startsWith("~/")) {
    const home = homeOf(environment);
    if (home === null) return null;
    whole = home + path.slice(1);
  } else if (!path.startsWith("/")) {
    if (directory === null) return null;
    whole = `${directory}/${path}`;
  }
  within(whole.length, longestPath, "path");
  spend(whole.length * normalizingSteps);
  const normal = posix.normalize(whole);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** The home directory: `HOME` where the manifest sets it, else root's. Null where it comes from elsewhere. */
function homeOf(environment: Environment): string | null {
  const home = environment.get("HOME");
  return home === undefined || home === "" ? "/root" : home;
}
