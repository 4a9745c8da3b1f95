import picomatch from "picomatch";

/** Whether a name or path is meant by a list of globs. */
export type GlobTest = (text: string) => boolean;

/** Compiles a list of globs: one of them must match, and none of those that begin with `!`. */
export type GlobCompiler = (globs: readonly string[]) => GlobTest;

// Without `debug` and `strictBrackets` a broken glob would silently match nothing.
const options = { dot: true, debug: true, strictBrackets: true };

/**
 * Compiles a list of globs: one of them must match, and none of those that begin with `!`. With nothing but such ones,
 * everything else matches.
 * @throws SyntaxError for a glob that cannot be compiled.
 */
export function compileGlobs(globs: readonly string[]): GlobTest {
  const wanted: RegExp[] = [];
  const unwanted: RegExp[] = [];
  for (const glob of globs) {
    if (glob.startsWith("!") && !glob.startsWith("!(")) unwanted.push(compiled(glob.slice(1)));
    else wanted.push(compiled(glob));
  }
  return (text) =>
    (wanted.length === 0 || wanted.some((each) => each.test(text))) && !unwanted.some((each) => each.test(text));
}

function compiled(glob: string): RegExp {
  return picomatch.makeRe(glob.replace(/^\.?\//, ""), options);
}
