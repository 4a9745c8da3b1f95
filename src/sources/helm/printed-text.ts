/** An action of a Go template. https://helm.sh/docs/chart_template_guide/ */
interface Action {
  /** Offsets of `{{` and behind `}}`. */
  readonly start: number;
  readonly end: number;
  readonly body: string;
}

/** Where an action goes on behind the end of a line. */
export const goesOn = "\0";

const blockWords: ReadonlySet<string> = new Set(["if", "with", "range", "define", "block"]);
/** What others may call for too. */
const keptWords: ReadonlySet<string> = new Set(["define", "block"]);
const silentWords: ReadonlySet<string> = new Set([...blockWords, "else", "end", "break", "continue"]);

/**
 * A template's lines as far as they print where they stand: their text, and an `x` for each expression; control, comments
 * and what `define` keeps for elsewhere are left out. A line ends with `goesOn` where an action goes on behind it.
 */
export function printedText(template: string): readonly string[] {
  const open: string[] = [];
  let defines = 0;
  let printed = "";
  let at = 0;
  const text = (to: number): void => {
    const stretch = template.slice(at, to);
    printed += defines > 0 ? stretch.replace(/[^\n]+/g, "") : stretch;
  };
  for (const { start, end, body } of actionsIn(template)) {
    text(start);
    at = end;
    const word = /^[a-z]+/.exec(body)?.[0] ?? "";
    const shown = defines > 0 || isSilent(body, word) ? "" : "x";
    printed += shown + `${goesOn}\n${shown}`.repeat(template.slice(start, end).split("\n").length - 1);
    if (blockWords.has(word)) open.push(word);
    else if (word !== "end") continue;
    const isKept = keptWords.has(word === "end" ? (open.pop() ?? "") : word);
    if (isKept) defines += word === "end" ? -1 : 1;
  }
  text(template.length);
  return printed.split("\n");
}

function isSilent(body: string, word: string): boolean {
  return body === "" || body.startsWith("/*") || /^\$\w*\s*(?:,\s*\$\w+\s*)?:?=/.test(body) || silentWords.has(word);
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
