import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds; a test that waits for what never comes ends by its own time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
