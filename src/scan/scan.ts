import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { answersTo, togetherAsked } from "../facts/questions.ts";
import type { Told } from "../facts/terms/fact.ts";
import type { FactSources } from "../facts/terms/source.ts";
import { FindingLog } from "../findings/finding-log.ts";
import { compareText } from "../findings/order.ts";
import type { JudgeContext } from "../judging/context.ts";
import type { Notification } from "../messages/notification.ts";
import type { Learnt, ResourceSet } from "../relations/resource-set.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import { addCounts, type Counts, noCounts } from "./file-result.ts";
import { Judge } from "./judge.ts";
import type { FromScanWorker, ScanWorkerStart, ToScanWorker } from "./protocol.ts";
import { readSource } from "./read.ts";
import { type EncodedResult, type Group, type Related, ScanShard } from "./shard.ts";

/** Below this many files a thread more costs more than it saves. */
const groupsPerThread = 200;

export interface ScanOptions {
  readonly context: JudgeContext;
  /** The files to judge, in any order. */
  readonly files: readonly SourceFile[];
  /** Files that take part in relations only; asked for once, and only where something judged depends on relations. */
  readonly beside: () => Promise<readonly SourceFile[]>;
  /** At most so many threads; 0 chooses by the machine and the number of files. */
  readonly threads: number;
  readonly onProgress: (judged: number, total: number) => void;
  /** Who is asked about all objects of the run. */
  readonly sources: FactSources;
}

export interface Scanned {
  readonly findings: FindingLog;
  readonly notifications: readonly Notification[];
  readonly counts: Counts;
  /** Indices of the configuration's waivers that waived something, and of those whose target was judged. */
  readonly waivers: { readonly used: ReadonlySet<number>; readonly judged: ReadonlySet<number> };
}

/**
 * Judges files against each other: all documents of a run are one set. Streams, so that a hundred thousand documents
 * need no more memory than their findings; uses every core where there is enough to do.
 * The same files give the same result, however many threads there are.
 */
export async function scan(options: ScanOptions): Promise<Scanned> {
  const groups = groupsByPath(options.files);
  const wanted = options.threads > 0 ? options.threads : availableParallelism();
  const threads = Math.max(1, Math.min(wanted, Math.ceil(groups.length / groupsPerThread)));
  const results: EncodedResult[] = new Array(groups.length);
  if (threads === 1) await scanHere(options, groups, results);
  else await scanInThreads(options, groups, results, threads);
  return collect(results);
}

async function scanHere(options: ScanOptions, groups: readonly Group[], results: EncodedResult[]): Promise<void> {
  const judge = await Judge.prepare(options.context);
  const shard = new ScanShard(judge, groups, { thread: 0, threads: 1, next: new Int32Array(1) });
  const related = shard.relate(groups.length <= groupsPerThread);
  const beside = await relationsBeside(options, [related], judge);
  const set = judge.setOf([...beside.entries, ...related.entries]);
  beside.teach(set);
  const told = await toldOf(options, [related]);
  let judged = 0;
  for (const result of shard.judge(set, told)) {
    results[result.index] = result;
    options.onProgress(++judged, groups.length);
  }
  set.merge([set.learnt()]);
  for (const result of shard.judgeWaiting()) results[result.index] = result;
}

/**
 * Young objects die young here: every file leaves little behind. A larger nursery only takes memory, in each thread, and
 * a heap that may become very large is collected late. Both can be bounded in workers alone, so the calling thread
 * leaves the work to them.
 */
const workerLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 1024 };

async function scanInThreads(
  options: ScanOptions,
  groups: readonly Group[],
  results: EncodedResult[],
  threads: number,
): Promise<void> {
  const { Worker } = await import("node:worker_threads");
  const { context } = options;
  const next = new Int32Array(new SharedArrayBuffer(4));
  const own = import.meta.filename.endsWith(".ts") ? "worker.ts" : "worker.cjs";
  // A worker has no code cache unless it asks for one before it loads anything.
  const start = `require("node:module").enableCompileCache();require(${JSON.stringify(join(import.meta.dirname, own))})`;
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData: ScanWorkerStart = { context, groups, thread, threads, next };
    return new Worker(start, {
      eval: true,
      workerData,
      resourceLimits: workerLimits,
    });
  });
  const failed = Promise.race(workers.map(async (worker) => Promise.reject((await once(worker, "error"))[0])));
  failed.catch(() => {});
  try {
    const ask = <Answer>(
      message: ToScanWorker,
      take: (from: FromScanWorker) => Answer | undefined,
    ): Promise<Answer[]> => Promise.all(workers.map((worker) => Promise.race([answer(worker, message, take), failed])));
    const takeResults = (from: FromScanWorker): void => {
      if (!("results" in from)) return;
      for (const result of from.results) results[result.index] = result;
      options.onProgress(Math.min(Atomics.load(next, 0), groups.length), groups.length);
    };
    const related = await ask({ pass: "relate" }, (from) => ("related" in from ? from.related : undefined));
    const beside = await relationsBeside(options, related);
    const entries = [...beside.entries, ...related.flatMap((each) => each.entries)];
    const told = await toldOf(options, related);
    const learnt = await ask({ pass: "judge", entries, told }, (from) => {
      takeResults(from);
      return "learnt" in from ? from.learnt : undefined;
    });
    learnt.push(...beside.learnt(entries));
    await ask({ pass: "judgeWaiting", learnt }, (from) => {
      takeResults(from);
      return "done" in from ? from.done : undefined;
    });
  } finally {
    for (const worker of workers) void worker.terminate();
  }
}

function toldOf({ sources, onProgress }: ScanOptions, related: readonly Related[]): Promise<Told> {
  return answersTo(togetherAsked(related.map(({ questions }) => questions)), sources, { onProgress });
}

/** Sends a message and resolves with the first answer that `take` takes. */
function answer<Answer>(
  worker: import("node:worker_threads").Worker,
  message: ToScanWorker,
  take: (from: FromScanWorker) => Answer | undefined,
): Promise<Answer> {
  return new Promise((resolve) => {
    const listen = (from: FromScanWorker): void => {
      const taken = take(from);
      if (taken === undefined) return;
      worker.off("message", listen);
      resolve(taken);
    };
    worker.on("message", listen);
    worker.postMessage(message);
  });
}

/** Files of one path belong together; paths are in the order of the report. */
function groupsByPath(files: readonly SourceFile[]): Group[] {
  return [...Map.groupBy(files, ({ path }) => path)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group], index) => ({ index, files: group }));
}

/** What the files of `--with` bring. */
interface Beside {
  readonly entries: readonly RelationEntry[];
  /** Tells a set of their pods, so that what asks for one does not look useless. */
  teach(set: ResourceSet): void;
  /** What a set of all entries would learn of them. */
  learnt(entries: readonly RelationEntry[]): readonly Learnt[];
}

const nothingBeside: Beside = { entries: [], teach: () => {}, learnt: () => [] };

async function relationsBeside(options: ScanOptions, related: readonly Related[], prepared?: Judge): Promise<Beside> {
  if (!related.some((each) => each.asksForMore)) return nothingBeside;
  const files = await options.beside();
  if (files.length === 0) return nothingBeside;
  const judge = prepared ?? (await Judge.prepare(options.context));
  const shard = new ScanShard(judge, groupsByPath(files), { thread: 0, threads: 1, next: new Int32Array(1) });
  const { entries } = shard.relate(false);
  const asked = related.some((each) => each.asksForPods);
  const teach = (set: ResourceSet): void => {
    for (const file of asked ? files : []) {
      const source = readSource(file, options.context.language);
      if (!("content" in source)) continue;
      const read = judge.read(file, source.content);
      judge.learn(read, set);
      judge.askOfPods(read, set);
    }
  };
  const learnt = (all: readonly RelationEntry[]): readonly Learnt[] => {
    if (!asked) return [];
    const set = judge.setOf(all);
    teach(set);
    return [set.learnt()];
  };
  return { entries, teach, learnt };
}

function collect(results: readonly EncodedResult[]): Scanned {
  const findings = new FindingLog();
  const notifications: Notification[] = [];
  const counts = noCounts();
  const waivers = { used: new Set<number>(), judged: new Set<number>() };
  for (const result of results) {
    findings.appendEncoded(result.findings, result.count);
    for (const notification of result.notifications) notifications.push(notification);
    addCounts(counts, result.counts);
    for (const index of result.waivers.used) waivers.used.add(index);
    for (const index of result.waivers.judged) waivers.judged.add(index);
  }
  return { findings, notifications, counts, waivers };
}
