import { messageIn } from "../messages/thrown.ts";

/**
 * Globs over names of namespaces. Not only this program evaluates them: the API server chooses by them too, as regular
 * expressions of RE2 in CEL. So they are `*`, `?`, `[a-c]`, `[^a]`, `{a,b}` and no more, and a leading `!` excludes.
 * The configuration's schema holds the same form.
 */
const item = "(?:[-a-z0-9*?]|\\[\\^?-?(?:[a-z0-9](?:-[a-z0-9])?)+\\])";
const form = new RegExp(`^!?(?:${item}|\\{${item}+(?:,${item}+)+\\})+$`);
const plain = /^[-a-z0-9]+$/;

/** What a list of globs means: one of the wanted, or anything where there are none, and none of the unwanted. */
export interface NamespaceMatch {
  readonly wanted: NamespaceSet;
  readonly unwanted: NamespaceSet;
}

/** Names word for word, and regular expressions (RE2 and JavaScript alike) for whole names. */
export interface NamespaceSet {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
}

/** Takes a list of globs apart. */
export function namespaceMatch(globs: readonly string[]): NamespaceMatch {
  return {
    wanted: namespaceSet(globs.filter((glob) => !glob.startsWith("!"))),
    unwanted: namespaceSet(globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1))),
  };
}

/** Compiles a list of globs. @throws SyntaxError for one that `namespaceGlobFault` faults. */
export function compileNamespaceGlobs(globs: readonly string[]): (namespace: string) => boolean {
  const { wanted, unwanted } = namespaceMatch(globs);
  const [isWanted, isUnwanted] = [testOf(wanted), testOf(unwanted)];
  const all = isEmpty(wanted);
  return (namespace) => (all || isWanted(namespace)) && !isUnwanted(namespace);
}

/** Why a glob is none of this form; null where it is. */
export function namespaceGlobFault(glob: string): string | null {
  if (!form.test(glob)) return "*, ?, [a-c], [^a], {a,b}";
  try {
    compileNamespaceGlobs([glob]);
    return null;
  } catch (error) {
    return messageIn(error);
  }
}

/** Whether a set holds nothing. */
export function isEmpty({ names, patterns }: NamespaceSet): boolean {
  return names.length === 0 && patterns.length === 0;
}

function namespaceSet(globs: readonly string[]): NamespaceSet {
  return {
    names: globs.filter((glob) => plain.test(glob)),
    patterns: globs.filter((glob) => !plain.test(glob)).map(pattern),
  };
}

function pattern(glob: string): string {
  return glob
    .replaceAll("?", ".")
    .replaceAll(/\*+/g, ".*")
    .replaceAll("{", "(")
    .replaceAll("}", ")")
    .replaceAll(",", "|");
}

function testOf({ names, patterns }: NamespaceSet): (namespace: string) => boolean {
  const known = new Set(names);
  const expressions = patterns.map((each) => new RegExp(`^(?:${each})$`));
  return (namespace) => known.has(namespace) || expressions.some((each) => each.test(namespace));
}
