import type { Event } from "js-yaml";
import { SCALAR } from "./compose.ts";
import type { WaiverComment } from "./document.ts";
import type { SourceText } from "./source-text.ts";

/**
 * Finds the comments `# paddlock-ignore <rule>[, <rule>] -- <reason>` of a piece of a file. `base` is the piece's
 * offset in the file, `events` are the piece's own: they tell comments from texts that only look like one.
 */
export function findWaivers(file: SourceText, base: number, text: string, events: readonly Event[]): WaiverComment[] {
  const waivers: WaiverComment[] = [];
  const pattern = /#[ \t]*paddlock-ignore(?=[ \t\r\n]|$)([^\r\n]*)/g;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const at = match.index;
    const before = at === 0 ? " " : text.charAt(at - 1);
    if (!/\s/.test(before) || isInScalar(events, at)) continue;
    const [rules = "", reason] = cut(match[1] ?? "");
    const { line, column } = file.position(base + at);
    const target = file.position(targetOf(file.text, base + at)).line;
    for (const rule of rules.split(",")) {
      waivers.push({ rule: rule.trim().split(/\s/)[0] ?? "", reason: reason || null, target, line, column });
    }
  }
  return waivers;
}

/** What stands before and after the first `--` that is a word of its own. */
function cut(text: string): readonly [rules: string, reason?: string] {
  const at = /(?:^|\s)--(?:\s|$)/.exec(text);
  if (at === null) return [text];
  return [text.slice(0, at.index), text.slice(at.index + at[0].length).trim()];
}

function isInScalar(events: readonly Event[], offset: number): boolean {
  return events.some((event) => event.type === SCALAR && event.valueStart <= offset && offset < event.valueEnd);
}

/** Offset of the comment itself when content stands before it on its line, else of the next line of content. */
function targetOf(text: string, offset: number): number {
  const start = Math.max(text.lastIndexOf("\n", offset), text.lastIndexOf("\r", offset)) + 1;
  if (isContent(text.slice(start, offset))) return offset;
  const lines = /[^\r\n]+/g;
  lines.lastIndex = offset;
  lines.exec(text);
  for (let line = lines.exec(text); line !== null; line = lines.exec(text)) {
    if (isContent(line[0])) return line.index;
  }
  return offset;
}

function isContent(line: string): boolean {
  return !/^\s*(?:#|$)|^(?:---|\.\.\.)\s*(?:#|$)|^%/.test(line);
}
