import type { Language } from "../messages/language.ts";
import { Collector } from "./collector.ts";
import { decode } from "./decode.ts";
import type { ParsedFile } from "./document.ts";
import { readJson } from "./read-json.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readYaml } from "./read-yaml.ts";
import type { SourceFormat } from "./source-format.ts";
import { SourceText } from "./source-text.ts";
import { documentWords } from "./words.ts";

/**
 * Reads the documents of a file: YAML as Kubernetes reads it, JSON, or the code fences of Markdown. Never throws for
 * what the text holds: what cannot be read is a notification, counted in `unreadable`, and the rest is read all the
 * same. Documents of nothing but comments are passed over.
 * @param only of YAML, reads just the documents whose text it says yes to, as if the others were not there
 */
export function parseFile(
  content: Uint8Array | string,
  format: SourceFormat,
  language: Language = "en",
  only?: (document: string) => boolean,
): ParsedFile {
  const words = documentWords[language];
  const decoded = decode(content, words);
  if ("notification" in decoded) {
    return { documents: [], comments: [], notifications: [decoded.notification], unreadable: 1 };
  }
  const out = new Collector(words);
  if (format === "markdown") readMarkdown(decoded.text, out);
  else if (format === "json") readJson(new SourceText(decoded.text), out);
  else readYaml(new SourceText(decoded.text), out, only);
  return out.result();
}
