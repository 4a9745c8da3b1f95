import { bundleOf } from "./bundles.ts";
import type { FakeApiServer } from "./fake-api-server.ts";
import type { FakeTime } from "./fake-clock.ts";
import { handshakeProblem } from "./handshake.ts";
import { issuerOf, type Replica, second } from "./replicas.ts";

const step = 30 * second;
/** How late the slowest client learns of a new bundle: two and a half minutes, less than the overlap. */
const lateSteps = 5;

export interface HandshakesOptions {
  readonly api: FakeApiServer;
  readonly time: FakeTime;
  readonly replicas: readonly Replica[];
  /** What the bundle held until just now; what it holds when not given. */
  readonly earlier?: string;
}

/**
 * Lets time pass, and meanwhile has clients shake hands with every replica: one that trusts what the bundle holds at
 * that moment, and one that trusts what it held two and a half minutes earlier.
 */
export async function handshakesFor(
  milliseconds: number,
  { api, time, replicas, earlier = bundleOf(api) }: HandshakesOptions,
): Promise<{ issuers: Set<string>; problems: string[] }> {
  const late = Array.from({ length: lateSteps }, () => earlier);
  const issuers = new Set<string>();
  const problems: string[] = [];
  for (let at = 0; at < milliseconds; at += step) {
    await time.advance(step);
    late.push(bundleOf(api));
    const bundles = new Set([bundleOf(api), late.shift() ?? ""]);
    for (const [index, replica] of replicas.entries()) {
      issuers.add(issuerOf(replica));
      for (const bundle of bundles) {
        const problem = await handshakeProblem(replica.server, bundle, time.now());
        if (problem !== null) problems.push(`replica ${index} after ${at / second} s: ${problem}`);
      }
    }
  }
  return { issuers, problems };
}
