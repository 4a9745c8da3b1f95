import type { Growth } from "./growth.ts";

/** What is tried: an object that grows, at a door. */
export interface SlowCase {
  readonly target: string;
  readonly base: string;
  readonly growths: readonly Growth[];
}
