import { parentPort, workerData } from "node:worker_threads";
import type { ResourceSet } from "../relations/resource-set.ts";
import { Judge } from "./judge.ts";
import type { FromScanWorker, ScanWorkerStart, ToScanWorker } from "./protocol.ts";
import { type EncodedResult, ScanShard } from "./shard.ts";

/** So many results travel in one message. */
const batch = 64;

// Both ends of this border are this very package, started together: what arrives is what `scan.ts` sent.
// A failure here is an error of the worker, which `scan.ts` passes on.
void work(workerData);

async function work({ context, groups, ...share }: ScanWorkerStart): Promise<void> {
  const judge = await Judge.prepare(context);
  const shard = new ScanShard(judge, groups, share);
  let set: ResourceSet | undefined;
  parentPort?.on("message", (message: ToScanWorker) => {
    if (message.pass === "relate") {
      send({ related: shard.relate(false) });
    } else if (message.pass === "judge") {
      set = judge.setOf(message.entries);
      sendResults(shard.judge(set, message.told));
      send({ learnt: set.learnt() });
    } else {
      set?.merge(message.learnt);
      sendResults(shard.judgeWaiting());
      send({ done: true });
    }
  });
}

function sendResults(results: Iterable<EncodedResult>): void {
  let pending: EncodedResult[] = [];
  const flush = (): void => {
    send(
      { results: pending },
      pending.map((each) => each.findings.buffer),
    );
    pending = [];
  };
  for (const result of results) {
    pending.push(result);
    if (pending.length === batch) flush();
  }
  flush();
}

function send(message: FromScanWorker, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved);
}
