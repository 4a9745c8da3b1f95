import { within } from "../budget/budget.ts";

/**
 * Reads a POSIX shell script as far as a manifest needs it: which simple commands it runs, in order, with their words
 * expanded. It does not run anything: a branch that may not be taken is read like any other.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 to 2.9.
 */

/** One simple command of a script. */
export interface ShellCommand {
  /** Expanded. An expansion whose value nobody knows stays as `${NAME}` or `$(…)`, so the word shows that it is open. */
  readonly words: readonly string[];
  /** The file that standard output is redirected to. */
  readonly output: string | null;
  /** The next command reads this one's output. */
  readonly piped: boolean;
}

/** The variables that a script sees, and how far they may be expanded. */
export interface Variables {
  /** What a name stands for: its value, null when it is set but not known here, undefined when nothing sets it. */
  get(name: string): string | null | undefined;
  /**
   * Takes an expansion's length from what is left.
   * @throws OverBudgetError where too little is: values that double end there
   */
  spend(length: number): void;
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const KEYWORDS = new Set([
  "if",
  "then",
  "elif",
  "else",
  "fi",
  "while",
  "until",
  "do",
  "done",
  "{",
  "}",
  "!",
  "time",
  "esac",
]);
const OPERATORS = ";&|()\n";
/** How deep defaults may hold defaults (`${A:-${B:-…}}`): each is read as often as it is deep. */
const MAX_DEPTH = 8;

/** The simple commands of a script. `variables` are those that are set before it runs. */
export function shellCommands(script: string, variables: Variables): ShellCommand[] {
  return new Reader(script, variables, 0).read();
}

class Reader {
  readonly #text: string;
  readonly #outer: Variables;
  readonly #depth: number;
  readonly #own = new Map<string, string | null>();
  readonly #commands: ShellCommand[] = [];
  readonly #heredocs: { readonly end: string; readonly indented: boolean }[] = [];
  #at = 0;
  #words: string[] = [];
  #assignments: [string, string][] = [];
  #output: string | null = null;

  constructor(text: string, variables: Variables, depth: number) {
    this.#text = text;
    this.#outer = variables;
    this.#depth = depth;
  }

  read(): ShellCommand[] {
    const text = this.#text;
    while (this.#at < text.length) {
      const char = text.charAt(this.#at);
      if (char === " " || char === "\t" || char === "\r") this.#at++;
      else if (char === "\\" && isNewline(text, this.#at + 1)) this.#at += text.charAt(this.#at + 1) === "\r" ? 3 : 2;
      else if (char === "#") this.#skipLine();
      else if (char === "<" || char === ">") this.#redirect(char);
      else if (OPERATORS.includes(char)) this.#operator(char);
      else this.#word();
    }
    this.#end(false);
    return this.#commands;
  }

  #operator(char: string): void {
    const next = this.#text.charAt(this.#at + 1);
    if (char === "&" && next === ">") {
      this.#at++;
      this.#redirect(">");
      return;
    }
    this.#end(char === "|" && next !== "|");
    this.#at++;
    if (char === "\n") this.#skipHeredocs();
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #redirect(char: string): void {
    let operator = "";
    while (this.#text.charAt(this.#at) === char && operator.length < 3) {
      operator += char;
      this.#at++;
    }
    const after = this.#text.charAt(this.#at);
    const indented = operator === "<<" && after === "-";
    if (indented || after === "&" || after === "|") this.#at++;
    while (this.#text.charAt(this.#at) === " " || this.#text.charAt(this.#at) === "\t") this.#at++;
    const target = this.#expanded();
    if (operator === "<<") this.#heredocs.push({ end: target, indented });
    else if (char === ">" && after !== "&") this.#output = target;
  }

  #skipHeredocs(): void {
    for (const { end, indented } of this.#heredocs.splice(0)) {
      while (this.#at < this.#text.length) {
        const stop = this.#text.indexOf("\n", this.#at);
        const line = this.#text.slice(this.#at, stop < 0 ? undefined : stop);
        this.#at = stop < 0 ? this.#text.length : stop + 1;
        if ((indented ? line.replace(/^\t+/, "") : line) === end) break;
      }
    }
  }

  #word(): void {
    const start = this.#at;
    const word = this.#expanded();
    // `2>` and the like: the digits belong to the redirection
    const next = this.#text.charAt(this.#at);
    if ((next === ">" || next === "<") && /^[0-9]+$/.test(this.#text.slice(start, this.#at))) {
      const output = this.#output;
      this.#redirect(next);
      if (word !== "1") this.#output = output;
      return;
    }
    const assigned = this.#words.length === 0 ? ASSIGNMENT.exec(this.#text.slice(start, start + 256)) : null;
    if (assigned?.[1] !== undefined) this.#assignments.push([assigned[1], word.slice(assigned[0].length)]);
    else if (this.#words.length === 0 && KEYWORDS.has(word)) return;
    else this.#words.push(word);
  }

  /** Ends the simple command that is being read. */
  #end(piped: boolean): void {
    const words = this.#words;
    for (const [name, value] of this.#assignments) {
      // `A=b command` sets it for that command alone, whose words were expanded before; keeping it harms no one
      this.#own.set(name, isOpen(value) ? null : value);
    }
    if (words[0] === "export" || words[0] === "declare" || words[0] === "local" || words[0] === "readonly") {
      for (const word of words) {
        const equals = word.indexOf("=");
        if (equals > 0) this.#own.set(word.slice(0, equals), isOpen(word) ? null : word.slice(equals + 1));
      }
    } else if ((words[0] === "for" || words[0] === "read") && words[1] !== undefined) {
      this.#own.set(words[1], null);
    } else if (words.length > 0) {
      this.#commands.push({ words, output: this.#output, piped });
    }
    this.#words = [];
    this.#assignments = [];
    this.#output = null;
  }

  /** Reads one word and expands it. */
  #expanded(): string {
    const text = this.#text;
    let word = "";
    while (this.#at < text.length) {
      const char = text.charAt(this.#at);
      if (char === "'") {
        const end = text.indexOf("'", this.#at + 1);
        word += text.slice(this.#at + 1, end < 0 ? undefined : end);
        this.#at = end < 0 ? text.length : end + 1;
      } else if (char === '"') {
        this.#at++;
        word += this.#doubleQuoted();
      } else if (char === "\\") {
        if (!isNewline(text, this.#at + 1)) word += text.charAt(this.#at + 1);
        this.#at += text.charAt(this.#at + 1) === "\r" ? 3 : 2;
      } else if (char === "$" || char === "`") word += this.#expansion();
      else if (" \t\r<>".includes(char) || OPERATORS.includes(char)) break;
      else {
        word += char;
        this.#at++;
      }
    }
    return word;
  }

  #doubleQuoted(): string {
    const text = this.#text;
    let part = "";
    while (this.#at < text.length) {
      const char = text.charAt(this.#at);
      if (char === '"') {
        this.#at++;
        break;
      }
      if (char === "\\") {
        const next = text.charAt(this.#at + 1);
        if (next !== "\n") part += '$`"\\'.includes(next) ? next : char + next;
        this.#at += 2;
      } else if (char === "$" || char === "`") part += this.#expansion();
      else {
        part += char;
        this.#at++;
      }
    }
    return part;
  }

  /** At a `$` or a backtick. */
  #expansion(): string {
    const text = this.#text;
    const start = this.#at;
    if (text.charAt(start) === "`") {
      const end = text.indexOf("`", start + 1);
      this.#at = end < 0 ? text.length : end + 1;
      return `$(${text.slice(start + 1, end < 0 ? undefined : end)})`;
    }
    const next = text.charAt(start + 1);
    if (next === "(" || next === "{") {
      const end = closing(text, start + 1);
      this.#at = end;
      return next === "(" ? text.slice(start, end) : this.#braced(text.slice(start + 2, end - 1));
    }
    NAME.lastIndex = start + 1;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) {
      // `$1`, `$?`, `$@` are unknown; a lone `$` stands for itself
      const special = /[0-9?@*#!$-]/.test(next);
      this.#at = start + (special ? 2 : 1);
      return special ? `\${${next}}` : "$";
    }
    this.#at = start + 1 + name.length;
    return this.#value(name);
  }

  #value(name: string): string {
    const value = this.#find(name);
    if (typeof value !== "string") return `\${${name}}`;
    this.#outer.spend(value.length);
    return value;
  }

  #find(name: string): string | null | undefined {
    const own = this.#own.get(name);
    return own === undefined ? this.#outer.get(name) : own;
  }

  /** The inside of `${…}`: a name, with a default or without. */
  #braced(inside: string): string {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(:?[-=])?/.exec(inside);
    const name = match?.[1];
    if (name === undefined) return `\${${inside}}`;
    if (match?.[0].length === inside.length && match[2] === undefined) return this.#value(name);
    if (match?.[2] === undefined) return `\${${inside}}`;
    const value = this.#find(name);
    if (value === null || (value !== undefined && value !== "")) return this.#value(name);
    within(this.#depth + 1, MAX_DEPTH, "default");
    const variables = {
      get: (other: string) => this.#find(other),
      spend: (length: number) => this.#outer.spend(length),
    };
    return new Reader(inside.slice(match[0].length), variables, this.#depth + 1).#expanded();
  }
}

/** Whether a word holds an expansion or a placeholder that nobody here can fill in. */
export function isOpen(word: string): boolean {
  return word.includes("${") || word.includes("$(") || word.includes("{{");
}

function isNewline(text: string, at: number): boolean {
  return text.charAt(at) === "\n" || (text.charAt(at) === "\r" && text.charAt(at + 1) === "\n");
}

/** The index behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  const opening = text.charAt(open);
  const close = opening === "(" ? ")" : "}";
  let depth = 0;
  let quote = "";
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && quote !== "'") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === opening) depth++;
    else if (char === close && --depth === 0) return at + 1;
  }
  return text.length;
}
