import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds. @throws Error that names it where it does not within so many seconds. */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds: number = 30,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(25)) {
    if (await holds()) return;
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
