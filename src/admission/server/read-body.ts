import type { IncomingMessage } from "node:http";
import type { ServerLimits } from "./limits.ts";

/** Why a body was not read to its end. */
export type BodyRefusal = "too-large" | "overloaded" | "aborted";

/** Bytes of all bodies that are held at the moment. */
export class BodyBudget {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether so many bytes more may be held; if so they are counted. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** A body, whose bytes count against the budget until `release` is called. */
export interface HeldBody {
  readonly bytes: Uint8Array;
  release(): void;
}

/**
 * Reads a request's body, whatever its headers promise, and holds no more of it than the limits allow: a body that is too
 * large is given up at the first byte too many, and what was held of it is let go.
 */
export function readBody(
  request: IncomingMessage,
  limits: Pick<ServerLimits, "bodyBytes">,
  budget: BodyBudget,
): Promise<HeldBody | BodyRefusal> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: HeldBody | BodyRefusal): void => {
      request.off("data", take).off("end", end).off("close", abort).off("error", abort);
      // An error that comes later, such as a reset connection, is nobody's business any more.
      request.on("error", () => {});
      if (typeof outcome === "string") {
        budget.give(size);
        chunks = [];
      }
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      if (size + chunk.length > limits.bodyBytes) settle("too-large");
      else if (!budget.take(chunk.length)) settle("overloaded");
      else {
        size += chunk.length;
        chunks.push(chunk);
      }
    };
    const end = (): void => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
      chunks = [];
      let held = true;
      settle({
        bytes,
        release: () => {
          if (held) budget.give(size);
          held = false;
        },
      });
    };
    const abort = (): void => settle("aborted");
    request.on("data", take).on("end", end).on("close", abort).on("error", abort);
  });
}
