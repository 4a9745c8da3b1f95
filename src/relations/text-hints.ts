import type { End } from "./terms/relation.ts";

/** A kind in double quotes may be written with escapes, or broken over lines behind a backslash. */
const ESCAPED = /\\[xuU]|"[A-Za-z]*\\\r?\n/;
/** A tag may say that a text is base64. */
const ENCODED = /!!binary|tag:yaml\.org/;

/**
 * Whether a text may hold an object of some ends. Errs on the side of yes: a no is sure, however the kind is quoted,
 * folded or escaped.
 */
export type TextHint = (text: string) => boolean;

/** The hint for ends whose kinds have names: of workloads a text says nothing. */
export function textHint(ends: readonly End[]): TextHint {
  const kinds = ends.flatMap((end) => (end.asksOnly === true ? [] : end.kinds)).filter((kind) => kind.includes("/"));
  const names = new Set(kinds.map((kind) => kind.slice(kind.lastIndexOf("/") + 1)));
  // A name within another is found with it.
  const words = [...names].filter((name) => ![...names].some((other) => other !== name && name.endsWith(other)));
  const tests = words.map((word) => {
    const alone = new RegExp(`(?<![A-Za-z])${word}(?:List)?(?![A-Za-z])`);
    const isPart = names.size > words.length && [...names].some((other) => other !== word && other.endsWith(word));
    return { word, alone: isPart ? null : alone };
  });
  return (text) => {
    for (const { word, alone } of tests) if (text.includes(word) && (alone === null || alone.test(text))) return true;
    return (text.includes("\\") && ESCAPED.test(text)) || (text.includes("!") && ENCODED.test(text));
  };
}
