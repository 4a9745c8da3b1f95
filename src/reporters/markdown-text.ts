import { printable } from "./printable.ts";

/**
 * Text of a manifest within a line of Markdown: nothing in it is markup, HTML, a mention, a reference to an issue, or a
 * cell's border.
 */
export function inlineMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]{}|~!]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/(?<![\w/])([@#])(?=\w)/g, "$1<!-- -->")
    .replace(/\$/g, "&#36;");
}

/** Text as code within a line, not within a table. */
export function codeSpan(text: string): string {
  const shown = printable(text);
  const fence = fenceFor(shown, 1);
  return shown.startsWith("`") || shown.endsWith("`") ? `${fence} ${shown} ${fence}` : fence + shown + fence;
}

/** A block of code. */
export function codeBlock(code: string, language = "yaml"): string {
  const fence = fenceFor(code, 3);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** A remedy: its indented lines are YAML, the others prose. */
export function remedyMarkdown(remedy: string): string {
  const blocks: { code: boolean; lines: string[] }[] = [];
  for (const line of remedy.trim().split(/\r?\n/)) {
    const code = /^\s+\S/.test(line) || (line.trim() === "" && blocks.at(-1)?.code === true);
    const last = blocks.at(-1);
    if (last !== undefined && last.code === code) last.lines.push(line);
    else blocks.push({ code, lines: [line] });
  }
  return blocks
    .map(({ code, lines }) => (code ? codeBlock(dedent(lines)) : lines.map(lineMarkdown).join("\n").trim()))
    .filter((block) => block !== "")
    .join("\n\n");
}

/** At the beginning of a line a few characters more are markup: headings, GitLab's `/commands`. */
function lineMarkdown(line: string): string {
  return inlineMarkdown(line).replace(/^[#=/]/, "\\$&");
}

function dedent(lines: readonly string[]): string {
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length),
  );
  return lines
    .map((line) => printable(line.slice(indent)))
    .join("\n")
    .trimEnd();
}

/** A fence that the text does not hold. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}
