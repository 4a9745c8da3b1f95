/** One challenge of a WWW-Authenticate header: what it asks for, in lower case, and its parameters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;
const LONGEST = 8192;
const MOST = 16;

/**
 * The challenges in the values of a WWW-Authenticate header, which may hold several each, separated by the same commas
 * that separate parameters. What cannot be read ends that value; what was read before it stands. A parameter that is
 * given twice counts as first given. Source: RFC 9110, 11.6.1.
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  const found: Challenge[] = [];
  for (const value of values) {
    if (value.length <= LONGEST) readValue(new Scanner(value), found);
  }
  return found.slice(0, MOST);
}

function readValue(scanner: Scanner, found: Challenge[]): void {
  let parameters: Map<string, string> | null = null;
  while (true) {
    scanner.skip(/[\s,]*/y);
    const name = scanner.read(TOKEN);
    if (name === null) return;
    const spaced = scanner.skip(/\s*/y);
    if (parameters !== null && scanner.skip(/=\s*/y)) {
      const value = scanner.read(QUOTED) ?? scanner.read(TOKEN);
      if (value === null) return;
      const key = name.toLowerCase();
      if (!parameters.has(key)) parameters.set(key, value);
      // Behind a parameter comes a comma, or nothing.
      scanner.skip(/\s*/y);
      if (!scanner.ended && !scanner.skip(/,/y)) return;
      continue;
    }
    parameters = new Map();
    found.push({ scheme: name.toLowerCase(), parameters });
    if (!spaced) {
      if (!scanner.ended && !scanner.skip(/,/y)) return;
      continue;
    }
    // Credentials in one piece, as `Negotiate` has them; a parameter is not, for it goes on behind its `=`.
    scanner.read(TOKEN68);
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Moves behind what matches here; whether that was anything. */
  skip(pattern: RegExp): boolean {
    return (this.#match(pattern)?.[0] ?? "") !== "";
  }

  /** What matches here: the inside of quotation marks, with escapes taken out. */
  read(pattern: RegExp): string | null {
    const match = this.#match(pattern);
    if (match === null) return null;
    return match[1] === undefined ? match[0] : match[1].replaceAll(/\\([\s\S])/g, "$1");
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}
