import { resolve } from "node:path";
import { type Document, isMap, parseAllDocuments, type YAMLMap } from "yaml";
import { fileText } from "../../documents/file-text.ts";
import { isWithin } from "../terms/paths.ts";
import type { SourceFile } from "../terms/source-file.ts";
import { ObjectLines, type PlacedText } from "./object-lines.ts";

export interface KustomizedOptions {
  /** Origins are relative to this folder. */
  readonly overlay: string;
  readonly real: { readonly from: string; readonly to: string };
  /** The file of the kustomization that was built: where nothing better is known, its objects come from there. */
  readonly kustomization: string;
  readonly show: (file: string) => string;
}

const originKey = "config.kubernetes.io/origin";

/**
 * The output of kustomize as files: each object belongs to the file that it comes from, and its lines to the lines of
 * that file that say the same. Objects are written in the order of their source, so that both read alike.
 */
export function kustomizedFiles(output: string, options: KustomizedOptions): readonly SourceFile[] {
  const { kustomization, show } = options;
  const texts = new Map<string, { text: string[]; lines: number[] }>();
  const sources = new Map<string, ObjectLines | null>();
  for (const document of readDocuments(output)) {
    const object = document.contents;
    if (!isMap(object)) continue;
    const file = originOf(object, options) ?? kustomization;
    let source = sources.get(file);
    if (source === undefined) {
      source = readSource(file);
      sources.set(file, source);
    }
    const { text, lines } = source === null ? unknown(document) : source.place(document);
    const whole = texts.get(file) ?? { text: [], lines: [0] };
    texts.set(file, whole);
    whole.text.push("---\n", text);
    whole.lines.push(0);
    for (const line of lines) whole.lines.push(line);
  }
  const rendering = `kustomize:${show(kustomization)}`;
  return [...texts].map(([file, { text, lines }]) => ({
    path: show(file),
    format: "yaml",
    content: { text: text.join("") },
    judged: true,
    rendering,
    lines,
  }));
}

/** Documents in which every scalar stays as it is written. */
function readDocuments(text: string): readonly Document[] {
  const documents = parseAllDocuments(text, { schema: "failsafe", uniqueKeys: false, logLevel: "silent" });
  return Array.isArray(documents) ? documents : [];
}

function unknown(document: Document): PlacedText {
  const text = document.toString({ lineWidth: 0, directives: false });
  return {
    text,
    lines: text
      .split("\n")
      .slice(1)
      .map(() => 0),
  };
}

/** The file that an object comes from. Takes the annotation that says so out of the object. */
function originOf(object: YAMLMap, { overlay, real }: KustomizedOptions): string | null {
  const origin = object.getIn(["metadata", "annotations", originKey]);
  if (typeof origin !== "string") return null;
  object.deleteIn(["metadata", "annotations", originKey]);
  const annotations = object.getIn(["metadata", "annotations"]);
  if (isMap(annotations) && annotations.items.length === 0) object.deleteIn(["metadata", "annotations"]);
  const fields = readDocuments(origin)[0]?.contents;
  if (!isMap(fields)) return null;
  const path = fields.get("path") ?? fields.get("configuredIn");
  if (typeof path !== "string" || fields.has("repo")) return null;
  const file = resolve(overlay, path);
  return isWithin(file, real.from) ? real.to + file.slice(real.from.length) : file;
}

function readSource(file: string): ObjectLines | null {
  const text = fileText(file);
  return text === null ? null : new ObjectLines(text);
}
