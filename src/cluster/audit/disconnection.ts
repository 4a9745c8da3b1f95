import { TransportError } from "../api-error.ts";

/** Whether there is no cluster to ask any more, so that the next question would go unanswered as well. */
export function isDisconnection(error: unknown): boolean {
  return error instanceof TransportError && (error.code === "unreachable" || error.code === "closed");
}
