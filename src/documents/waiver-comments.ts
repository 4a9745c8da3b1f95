import type { Event } from "js-yaml";
import type { WaiverComment } from "./document.ts";
import { SCALAR } from "./events.ts";
import { lineStart } from "./lines.ts";
import type { SourceText } from "./source-text.ts";

/**
 * Finds the comments `# paddlock-ignore <rule>[, <rule>] -- <reason>` of a piece of a file. `base` is the piece's
 * offset in the file, `events` are the piece's own: they tell comments from texts that only look like one.
 */
export function findWaivers(file: SourceText, base: number, text: string, events: readonly Event[]): WaiverComment[] {
  const waivers: WaiverComment[] = [];
  const pattern = /#[ \t]*paddlock-ignore(?=[ \t\r\n]|$)([^\r\n]*)/g;
  let event = 0;
  let next = -1;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const at = match.index;
    while (event < events.length && endOfScalar(events[event]) <= at) event++;
    if (startOfScalar(events[event]) <= at) continue;
    if (at > 0 && !/\s/.test(text.charAt(at - 1))) continue;
    const offset = base + at;
    if (followsContent(file.text, offset)) next = -1;
    // A block of comments has one target: it is looked for once.
    else if (next <= offset) next = nextContent(file.text, offset);
    const { line, column } = file.position(offset);
    const target = next === -1 || next === file.text.length ? line : file.position(next).line;
    const [rules = "", reason] = cut(match[1] ?? "");
    for (const rule of rules.split(",")) {
      waivers.push({ rule: rule.trim().split(/\s/)[0] ?? "", reason: reason || null, target, line, column });
    }
  }
  return waivers;
}

/** Events come in the order of the text, so the scalar that may hold an offset is the first that ends behind it. */
function endOfScalar(event: Event | undefined): number {
  return event?.type === SCALAR ? event.valueEnd : -1;
}

function startOfScalar(event: Event | undefined): number {
  return event?.type === SCALAR ? event.valueStart : Number.POSITIVE_INFINITY;
}

/** What stands before and after the first `--` that is a word of its own. */
function cut(text: string): readonly [rules: string, reason?: string] {
  const at = /(?:^|\s)--(?:\s|$)/.exec(text);
  if (at === null) return [text];
  return [text.slice(0, at.index), text.slice(at.index + at[0].length).trim()];
}

function followsContent(text: string, offset: number): boolean {
  return isContent(text.slice(lineStart(text, offset), offset));
}

/** Offset of the next line that holds more than a comment or a marker; the text's length when there is none. */
function nextContent(text: string, offset: number): number {
  const lines = /[^\r\n]+/g;
  lines.lastIndex = offset;
  lines.exec(text);
  for (let line = lines.exec(text); line !== null; line = lines.exec(text)) {
    if (isContent(line[0])) return line.index;
  }
  return text.length;
}

function isContent(line: string): boolean {
  return !/^\s*(?:#|$)|^(?:---|\.\.\.)\s*(?:#|$)|^%/.test(line);
}
