/** What something thrown says: an Error, an object of a library that is none, a plain text. */
export function messageIn(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return String(thrown.message);
  return String(thrown);
}

/** The system's or Node's name of what went wrong: `ENOENT`; undefined where it has none. */
export function codeIn(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}
