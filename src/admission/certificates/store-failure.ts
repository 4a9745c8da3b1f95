import { StoreError } from "./store.ts";

/** What the client threw, in a few words: its own message repeats whole answers with all their headers. */
export function failureOf(what: string, error: unknown): StoreError {
  if (!(error instanceof Error)) return new StoreError(`cannot ${what}: ${String(error)}`, false);
  if ("code" in error && typeof error.code === "number") {
    const told = "body" in error ? messageOf(error.body) : null;
    return new StoreError(`cannot ${what}: ${error.code}${told === null ? "" : ` ${told}`}`, error.code === 409);
  }
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return new StoreError(`cannot ${what}: ${error.message}${cause}`, false);
}

/** The message of a Kubernetes Status, which the client hands over as text. */
function messageOf(body: unknown): string | null {
  let status: unknown = body;
  if (typeof body === "string") {
    try {
      status = JSON.parse(body);
    } catch {
      return null;
    }
  }
  if (typeof status !== "object" || status === null || !("message" in status)) return null;
  return typeof status.message === "string" ? status.message.slice(0, 500) : null;
}
