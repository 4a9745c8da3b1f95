import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { runTimed } from "../child.ts";
import { writeCorpus } from "../corpus.ts";
import type { Peer } from "../peers.ts";
import { type Contender, compare } from "../rounds.ts";
import { rowsOf, type Section } from "../section.ts";
import type { Workbench } from "../workbench.ts";

const manifest = "paddle-ocr.yaml";
const seed = join(import.meta.dirname, "..", "..", "fixtures", "seed", manifest);

/** One file, whole processes, text out: what a pre-commit hook feels. */
export async function oneFile(bench: Workbench, peers: readonly Peer[], rounds: number): Promise<Section> {
  const folder = bench.path("one");
  mkdirSync(folder);
  copyFileSync(seed, join(folder, manifest));
  const fresh = (): Record<string, string> => ({ NODE_COMPILE_CACHE: mkdtempSync(bench.path("tmp", "cache-")) });
  const contenders: Contender[] = [
    floor(bench, folder),
    { name: "paddlock", run: () => runTimed(bench.paddlock([manifest], folder)) },
    { name: "paddlock, its folder", run: () => runTimed(bench.paddlock(["."], folder)) },
    { name: "paddlock, the first time", run: () => runTimed(bench.paddlock([manifest], folder, fresh())) },
    ...peers.map(({ name, file, args }) => ({
      name,
      run: () => runTimed(bench.command(file, args({ files: [manifest], json: false }), folder)),
    })),
  ];
  const target = { ratio: 2 };
  return {
    title: "One file",
    note:
      "The seed fixture, outside any git work tree, as a whole process. Ratios to `node -e 0`. " +
      "“The first time” is without Node's compile cache, which the first run fills.",
    rows: rowsOf(await compare(contenders, rounds, { warm: true }), {
      paddlock: target,
      "paddlock, its folder": target,
    }),
  };
}

/** One file of a repository whose other manifests take part in the relations. */
export async function oneFileOfMany(bench: Workbench, rounds: number): Promise<Section> {
  const single = bench.path("repository-500");
  const fourfold = bench.path("repository-2000");
  writeCorpus(single, 500, "tenth", { perFile: 1 });
  writeCorpus(fourfold, 2000, "tenth");
  for (const folder of [single, fourfold]) {
    copyFileSync(seed, join(folder, manifest));
    commit(folder);
  }
  const contenders: Contender[] = [
    floor(bench, single),
    { name: "paddlock, 500 manifests", run: () => runTimed(bench.paddlock([manifest], single)) },
    { name: "paddlock, 500 files of four", run: () => runTimed(bench.paddlock([manifest], fourfold)) },
    { name: "paddlock --alone", run: () => runTimed(bench.paddlock(["--alone", manifest], single)) },
  ];
  return {
    title: "One file of a repository",
    note:
      "The seed fixture beside 500 manifests that git tracks, which may hold the NetworkPolicy and the claim that it " +
      "lacks. Ratios to `node -e 0`.",
    rows: rowsOf(await compare(contenders, rounds, { warm: true }), { "paddlock, 500 manifests": { ratio: 3 } }),
  };
}

function floor(bench: Workbench, folder: string): Contender {
  return { name: "node -e 0", run: () => runTimed(bench.command(bench.node, ["-e", "0"], folder)) };
}

function commit(folder: string): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): void => {
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args], { cwd: folder, env });
  };
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Manifests");
}
