import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policy, server, service, training } from "./documents/services.ts";
import { cachedServer, namespacePolicy, nightly } from "./documents/workloads.ts";

/** How many of the documents break a rule: one in ten, or every one. */
export type Failing = "tenth" | "all";

/**
 * What a file holds. `services`: what one service has in a repository, a server, a training job, its Service and its
 * NetworkPolicy. `workloads`: four workloads, so that every document goes through every rule; the policies are in a file
 * of their own.
 */
export type Mix = "services" | "workloads";

export interface CorpusOptions {
  /** `services`, unless told. */
  readonly mix?: Mix;
  /** 4, or 1: each document in a file of its own. */
  readonly perFile?: 1 | 4;
}

type Writer = (index: number, fails: boolean, all: boolean) => string;

const mixes: Readonly<Record<Mix, readonly Writer[]>> = {
  services: [server, training, service, policy],
  workloads: [server, training, cachedServer, nightly],
};
const namespaces = 50;

/**
 * Writes Kubernetes documents into files below a folder, and says how many. The same corpus has the same bytes. No two
 * workloads are equal: names, images, sizes and ports differ, so that nothing is gained by remembering answers.
 */
export function writeCorpus(folder: string, documents: number, failing: Failing, options: CorpusOptions = {}): number {
  const { mix = "services", perFile = 4 } = options;
  const writers = mixes[mix];
  const all = failing === "all";
  for (let index = 0; index < documents / writers.length; index++) {
    const below = join(folder, `team-${String(index % namespaces).padStart(2, "0")}`);
    mkdirSync(below, { recursive: true });
    // Spread, so that among the failing tenth every kind of document has its part.
    const texts = writers.map((write, place) => write(index, all || (index + place * 3) % 10 === 0, all));
    const name = `service-${String(index).padStart(5, "0")}`;
    if (perFile === 4) writeFileSync(join(below, `${name}.yaml`), texts.join("---\n"));
    else for (const [place, text] of texts.entries()) writeFileSync(join(below, `${name}-${place}.yaml`), text);
  }
  if (mix === "services") return documents;
  const policies = Array.from({ length: namespaces }, (_, index) => namespacePolicy(index));
  writeFileSync(join(folder, "policies.yaml"), policies.join("---\n"));
  return documents + policies.length;
}
