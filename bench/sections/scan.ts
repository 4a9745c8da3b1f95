import { globSync } from "node:fs";
import { type Run, runWatched } from "../child.ts";
import { type Failing, type Mix, writeCorpus } from "../corpus.ts";
import type { Peer } from "../peers.ts";
import { type Contender, compare } from "../rounds.ts";
import { rowsOf, type Section } from "../section.ts";
import { expectDocuments } from "../verify.ts";
import type { Workbench } from "../workbench.ts";

export interface ScanPlan {
  readonly mix: Mix;
  readonly failing: Failing;
  readonly rounds: number;
  /** Peers that take seconds, and how often each is to run. */
  readonly slow: readonly Peer[];
  readonly slowRounds: number;
}

const documents = 10_000;
const mixes: Readonly<Record<Mix, string>> = {
  services: "A server, a training job, a Service and a NetworkPolicy a file",
  workloads: "Four workloads a file",
};
const targets: Readonly<Record<Failing, number>> = { tenth: 1.2, all: 1.8 };

/** A whole repository, JSON out into a file: what a CI gate feels. */
export async function scan(bench: Workbench, yardstick: Peer, plan: ScanPlan): Promise<Section> {
  const { mix, failing, rounds, slow, slowRounds } = plan;
  const folder = bench.path(`scan-${mix}-${failing}`);
  const written = writeCorpus(folder, documents, failing, { mix });
  const files = globSync("**/*.yaml", { cwd: folder }).sort();
  const runPeer = ({ file, args }: Peer): Promise<Run> =>
    runWatched(bench.command(file, args({ files, json: true }), folder));
  const contenders: Contender[] = [
    {
      name: yardstick.name,
      run: async () => expectDocuments(await runPeer(yardstick), bench.path("stdout"), "end", "skipped", written),
    },
    {
      name: "paddlock",
      run: async () => {
        const run = await runWatched(bench.paddlock(["--format", "json", "."], folder));
        return expectDocuments(run, bench.path("stdout"), "start", "documents", written);
      },
    },
    ...slow.map((peer) => ({ name: peer.name, run: () => runPeer(peer), atMost: slowRounds })),
  ];
  const count = (number: number): string => number.toLocaleString("en");
  const failed = failing === "tenth" ? "one in ten" : "all";
  return {
    title: `${count(written)} documents in ${count(files.length)} files, ${failed} failing`,
    note: `${mixes[mix]}; JSON out. Ratios to kubeconform that only parses the same files.`,
    rows: rowsOf(await compare(contenders, rounds, { warm: true }), {
      paddlock: { ratio: targets[failing], megabytes: 250 },
    }),
  };
}
