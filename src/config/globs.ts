import type { GlobBase } from "./configuration.ts";
import type { GlobCompiler } from "./glob-compiler.ts";

/**
 * Loads the glob library, which costs start-up time that most runs need not pay.
 * The compiler throws a SyntaxError for a glob with an unclosed bracket or an impossible range.
 */
export async function loadGlobs(): Promise<GlobCompiler> {
  const { compileGlobs } = await import("./glob-compiler.ts");
  return compileGlobs;
}

/** The path that globs for files see: relative to the configuration's folder where that is possible. */
export function globPath(path: string, { strip, prepend }: GlobBase): string {
  if (strip !== "" && path.startsWith(strip)) return path.slice(strip.length);
  if (path.startsWith("/")) return path.slice(1);
  return prepend + path;
}
