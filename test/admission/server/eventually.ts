import { expect } from "vitest";

/** Expects what becomes true in a while: a machine that has much else to do is given the time. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 25_000, interval: 10 });
}
