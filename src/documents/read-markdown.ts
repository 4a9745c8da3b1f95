import type { Collector } from "./collector.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { SourceText } from "./source-text.ts";

interface Fence {
  /** First word of the info string, in lower case: `yaml`. */
  readonly language: string;
  readonly text: string;
  /** 1-based line of the first line of content. */
  readonly firstLine: number;
  /** How many units of indentation were cut off each line of content. */
  readonly indents: readonly number[];
}

/**
 * Reads the code fences of a Markdown file (https://spec.commonmark.org/0.31.2/#fenced-code-blocks) that hold YAML or
 * JSON. Documentation shows many a fragment: only a fence that names `apiVersion` and `kind` must be readable, and only
 * such a one is taken without a language.
 */
export function readMarkdown(text: string, out: Collector): void {
  for (const fence of fences(text)) {
    const isJson = fence.language === "json";
    const isYaml = fence.language === "yaml" || fence.language === "yml";
    const namesObject = /^["']?apiVersion["']?:/m.test(fence.text) && /^["']?kind["']?:/m.test(fence.text);
    const namesJsonObject = /"apiVersion"\s*:/.test(fence.text) && /"kind"\s*:/.test(fence.text);
    if (!isJson && !isYaml && !(fence.language === "" && (namesObject || namesJsonObject))) continue;
    const source = new SourceText(fence.text, { firstLine: fence.firstLine, indents: fence.indents });
    out.isTolerant = !(namesObject || namesJsonObject);
    if (isJson) readJson(source, out);
    else readYaml(source, out);
    out.isTolerant = false;
  }
}

/**
 * A line that opens a fence, perhaps in an item of a list. No two of its parts may match the same text, or a long line
 * would be divided between them in every way there is: hence the marker is taken whole.
 */
const OPENING = /^[ \t]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]*)?(?=(`{3,}|~{3,}))\1([^`]*)$/;

function* fences(text: string): Generator<Fence> {
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const open = OPENING.exec(lines[at] ?? "");
    if (open === null) continue;
    const [whole = "", marker = "", info = ""] = open;
    const [language = ""] = /[^\s`{]*/.exec(info.trimStart()) ?? [];
    const indent = whole.indexOf(marker);
    const content: string[] = [];
    const indents: number[] = [];
    const firstLine = at + 2;
    for (at++; at < lines.length; at++) {
      const line = lines[at] ?? "";
      if (isClosing(line, marker)) break;
      const cut = Math.min(indent, line.length - line.trimStart().length);
      content.push(line.slice(cut));
      indents.push(cut);
    }
    yield { language: language.toLowerCase(), text: content.join("\n"), firstLine, indents };
  }
}

function isClosing(line: string, marker: string): boolean {
  const text = line.trim();
  return text.length >= marker.length && text === marker.charAt(0).repeat(text.length);
}
