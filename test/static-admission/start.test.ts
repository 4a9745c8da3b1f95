import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiAnswer } from "../../tools/cluster/api-client.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { createNamespaces, listOfObjects, textAt } from "../cluster/harness/objects.ts";
import { waitUntil } from "../cluster/harness/wait-until.ts";
import { badPod, GuardedCluster, isDenied } from "./guarded-cluster.ts";

let guarded: GuardedCluster;
beforeAll(async () => {
  guarded = await GuardedCluster.start();
});
afterAll(async () => {
  await guarded?.stop();
});

test("a cluster lets in nothing unseen, from the first request to an empty etcd on", async () => {
  await guarded.forgetAll();
  // Before the API server is there to be asked, and it answers all the same.
  await guarded.startServer({ wait: false });
  await guarded.server.process.until(() => guarded.server.process.stdout.includes("listening"));
  const answers = await firedDuring("default", async () => {
    await guarded.cluster.startEtcd();
    await guarded.cluster.startApiServer();
    // Until namespace default is made, by the API server itself, there is nothing to create in. What is let in is told below.
    await waitUntil("Pods are judged, or let in", async () => {
      const answer = await guarded.create("default", "then");
      return answer.status === 201 || isDenied(answer);
    });
  });
  await nothingSlipped("default", answers);
});

test("where the API registers the webhook instead, what comes before it is let in", async () => {
  const other = await Cluster.start({ apiServer: "1.37" });
  try {
    const { status } = await other.client.post("/api/v1/namespaces/default/pods", badPod("default", "first"));
    expect(status).toBe(201);
  } finally {
    await other.stop();
  }
});

test("nothing is let in unseen while the API server is killed and started", async () => {
  await createNamespaces(guarded.cluster, ["ml-a"]);
  const answers = await firedDuring("ml-a", async () => {
    for (let round = 0; round < 2; round++) {
      await guarded.cluster.process("kube-apiserver").end("SIGKILL");
      await guarded.cluster.startApiServer();
      await sleep(500);
    }
  });
  await nothingSlipped("ml-a", answers);
});

async function nothingSlipped(namespace: string, answers: readonly ApiAnswer[]): Promise<void> {
  expect(answers.filter(({ status }) => status === 201)).toEqual([]);
  expect(answers.filter(isDenied).length).toBeGreaterThan(10);
  const stored = await listOfObjects(guarded.cluster, `/api/v1/namespaces/${namespace}/pods`);
  expect(stored.map((each) => textAt(each, "metadata", "name"))).toEqual([]);
}

/** Creates bad Pods by four clients at once, without a pause, while something is done; every answer that came. */
async function firedDuring(namespace: string, what: () => Promise<void>): Promise<readonly ApiAnswer[]> {
  const answers: ApiAnswer[] = [];
  let done = false;
  const worker = async (_: unknown, index: number): Promise<void> => {
    for (let round = 0; !done; round++) {
      try {
        answers.push(await guarded.create(namespace, `fired-${index}-${round}`));
      } catch {
        // Nobody listens yet: at once again, so that the first answer that there is comes to one of these.
        await sleep(5);
      }
    }
  };
  const workers = Array.from({ length: 4 }, worker);
  try {
    await what();
  } finally {
    done = true;
    await Promise.all(workers);
  }
  return answers;
}
