/** A line of a Go template, by what it can become. https://helm.sh/docs/chart_template_guide/ */
export interface TemplateLine {
  readonly text: string;
  /**
   * `text`: itself; `mixed`: text around expressions; `expression`: whatever the expression gives, any number of lines;
   * `silent`: nothing (blank, or only control).
   */
  readonly kind: "text" | "mixed" | "expression" | "silent";
  /** The stretches of text that must be found in this order, the first at the line's start. */
  readonly literals: readonly string[];
  /** The last literal ends the line. */
  readonly closed: boolean;
  /** The indentation that `nindent` or `indent` gives to what the expression prints; 0: unknown. */
  readonly floor: number;
  /** Inside `if`, `with`, `range` or `define`: it may be left out. */
  readonly optional: boolean;
}

export interface TemplateText {
  readonly lines: readonly TemplateLine[];
  /** The lines that a `range` repeats: 0-based, both ends included. */
  readonly loops: readonly { readonly first: number; readonly last: number }[];
}

interface Action {
  /** Offsets of `{{` and behind `}}`. */
  readonly start: number;
  readonly end: number;
  readonly body: string;
}

const blockWords: ReadonlySet<string> = new Set(["if", "with", "range", "define", "block"]);
const silentWords: ReadonlySet<string> = new Set([...blockWords, "else", "end", "break", "continue"]);

export function readTemplate(text: string): TemplateText {
  const actions = [...actionsIn(text)];
  const { depths, loops } = blocksOf(text, actions);
  const lines: TemplateLine[] = [];
  let next = 0;
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const end = offset + line.length;
    while ((actions[next]?.end ?? Number.POSITIVE_INFINITY) <= offset) next++;
    const own: Action[] = [];
    for (let at = next; (actions[at]?.start ?? Number.POSITIVE_INFINITY) < end; at++) own.push(actions[at] as Action);
    lines.push(lineOf(line.replace(/\r$/, ""), offset, own, (depths[index] ?? 0) > 0));
    offset = end + 1;
  }
  return { lines, loops };
}

function lineOf(text: string, offset: number, actions: readonly Action[], optional: boolean): TemplateLine {
  const literals: string[] = [];
  let at = 0;
  let expressions = false;
  let floor = 0;
  let closed = true;
  for (const { start, end, body } of actions) {
    // What stands behind a control action on the same line need not be there.
    if (closed) literals.push(text.slice(at, Math.max(at, start - offset)));
    at = Math.min(text.length, end - offset);
    // An action of several lines prints where it begins.
    if (start < offset) continue;
    if (isSilent(body)) closed = false;
    else {
      expressions = true;
      floor = Number(/\bn?indent\s+([0-9]+)/.exec(body)?.[1] ?? floor);
    }
  }
  if (closed) literals.push(text.slice(at));
  const hasText = literals.some((literal) => literal.trim() !== "");
  const kind = hasText ? (actions.length > 0 ? "mixed" : "text") : expressions ? "expression" : "silent";
  return { text, kind, literals, closed: closed && literals.at(-1)?.trim() !== "", floor, optional };
}

/** The actions of a template. Quoted strings and comments inside them may hold anything. */
function* actionsIn(text: string): Generator<Action> {
  for (let start = text.indexOf("{{"); start >= 0; ) {
    let at = start + 2;
    const comment = /^-?\s*\/\*/.exec(text.slice(at, at + 8));
    if (comment !== null) {
      const close = text.indexOf("*/", at + comment[0].length);
      at = close < 0 ? text.length : close + 2;
    }
    while (at < text.length && !text.startsWith("}}", at)) {
      const quote = text[at];
      at++;
      if (quote !== '"' && quote !== "`" && quote !== "'") continue;
      while (at < text.length && text[at] !== quote && (text[at] !== "\n" || quote === "`")) {
        at += text[at] === "\\" && quote !== "`" ? 2 : 1;
      }
      at++;
    }
    const end = Math.min(text.length, at + 2);
    yield {
      start,
      end,
      body: text
        .slice(start + 2, at)
        .replace(/^-/, "")
        .replace(/-$/, "")
        .trim(),
    };
    start = text.indexOf("{{", end);
  }
}

function isSilent(body: string): boolean {
  if (body === "" || body.startsWith("/*") || /^\$\w*\s*(?:,\s*\$\w+\s*)?:?=/.test(body)) return true;
  return silentWords.has(wordOf(body));
}

function wordOf(body: string): string {
  return /^[a-z]+/.exec(body)?.[0] ?? "";
}

/** For each line how many blocks it is in, and which lines a `range` repeats. */
function blocksOf(
  text: string,
  actions: readonly Action[],
): { depths: readonly number[]; loops: { first: number; last: number }[] } {
  const depths: number[] = [];
  const loops: { first: number; last: number }[] = [];
  const open: { word: string; line: number }[] = [];
  let line = 0;
  let offset = 0;
  const advance = (to: number): void => {
    for (let at = text.indexOf("\n", offset); at >= 0 && at < to; at = text.indexOf("\n", offset)) {
      depths[line] = Math.max(depths[line] ?? 0, open.length);
      line++;
      offset = at + 1;
      depths[line] = open.length;
    }
  };
  for (const { start, body } of actions) {
    advance(start);
    const word = wordOf(body);
    if (blockWords.has(word)) open.push({ word, line });
    else if (word === "end") {
      const closed = open.pop();
      if (closed?.word === "range") loops.push({ first: closed.line, last: line });
    }
  }
  advance(text.length + 1);
  return { depths, loops };
}
