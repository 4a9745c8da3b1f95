import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileText } from "../../documents/file-text.ts";
import { isWithin } from "../terms/paths.ts";

/** Names of the files that hold ignore rules, the later over the earlier. https://git-scm.com/docs/gitignore */
export const ignoreFiles: readonly string[] = [".gitignore", ".paddlockignore"];

/** Ignore rules as written, and the directory that they are about. */
export interface RuleText {
  /** Absolute. */
  readonly directory: string;
  readonly text: string;
}

/** What the ignore files of a directory say; null where there are none, or none with a rule. */
export function ruleTextOf(directory: string, names: readonly string[] = ignoreFiles): RuleText | null {
  const texts = names.flatMap((name) => ruleLines(join(directory, name)));
  return texts.length === 0 ? null : { directory, text: texts.join("\n") };
}

/** What the ignore files above a directory say, from `boundary` (the git root) down. */
export function ruleTextsAbove(directory: string, boundary: string): readonly RuleText[] {
  if (!isWithin(directory, boundary)) return [];
  const found: RuleText[] = [];
  for (let current = directory; current !== boundary; ) {
    current = dirname(current);
    const text = ruleTextOf(current);
    if (text !== null) found.unshift(text);
  }
  const exclude = excludeFile(boundary);
  const texts = exclude === null ? [] : ruleLines(exclude);
  return texts.length === 0 ? found : [{ directory: boundary, text: texts.join("\n") }, ...found];
}

/** The text of a file that has a rule: git's own template of `info/exclude` is nothing but comments. */
function ruleLines(file: string): readonly string[] {
  const text = (fileText(file) ?? "").replace(/^\uFEFF/, "");
  return /^[^#\r\n]/m.test(text) ? [text] : [];
}

/** `info/exclude` of a work tree, also where `.git` is a file that points elsewhere. */
function excludeFile(root: string): string | null {
  const dotGit = join(root, ".git");
  try {
    const stats = statSync(dotGit, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (stats.isDirectory()) return join(dotGit, "info", "exclude");
    const pointer = /^gitdir: (.*)/.exec(readFileSync(dotGit, "utf8"))?.[1];
    if (pointer === undefined) return null;
    const own = resolve(root, pointer);
    const commonFile = join(own, "commondir");
    const common = existsSync(commonFile) ? resolve(own, readFileSync(commonFile, "utf8").trim()) : own;
    return join(common, "info", "exclude");
  } catch {
    return null;
  }
}
