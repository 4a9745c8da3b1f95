import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "./limits.ts";
import { RegistryError } from "./registry-error.ts";

/**
 * Tries again what fails in passing, after waits that double, each with jitter, or as long as the registry asks for. One
 * that asks for a longer wait than is allowed is not asked again.
 */
export async function withRetries<Value>(
  run: () => Promise<Value>,
  attempts: number,
  limits: Limits,
  signal: AbortSignal,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.transient) throw error;
      const asked = (error.retryAfter ?? 0) * 1000;
      if (attempt >= attempts || asked > limits.longestWait) throw error.final();
      const own = Math.min(limits.firstWait * 2 ** (attempt - 1), limits.longestWait) * (0.5 + Math.random() / 2);
      // Where the time ends first, what the registry said tells more than that it ended.
      const waited = await sleep(Math.max(asked, own), true, { signal }).catch(() => false);
      if (!waited) throw error.final();
    }
  }
}
