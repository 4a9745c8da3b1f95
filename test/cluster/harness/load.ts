import type { JsonObject } from "../../../src/json/value.ts";
import type { ApiClient } from "../../../tools/cluster/api-client.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { listOfObjects, textAt } from "./objects.ts";
import { WEBHOOK_NAME } from "./webhook.ts";
import { goodPod, workload } from "./workloads.ts";

/** What became of creations, half of which must be denied. */
export interface LoadResult {
  readonly created: number;
  readonly denied: number;
  /** Answers that are neither what a good Pod nor what a bad one deserves. */
  readonly failed: readonly string[];
  /** Bad Pods that were let in. */
  readonly slipped: readonly string[];
}

const WORKERS = 16;
let runs = 0;

/**
 * Creates Pods by sixteen clients at once, every second of which breaks a rule, while something is done to the webhook:
 * until that is done, and at least so many were tried.
 */
export async function loadDuring(
  cluster: Cluster,
  namespace: string,
  disturbance: () => Promise<void>,
  atLeast: number = 0,
): Promise<LoadResult> {
  const run = `load-${++runs}`;
  const counts = { created: 0, denied: 0, failed: [] as string[] };
  let tried = 0;
  let done = false;
  const worker = async (): Promise<void> => {
    while (!done || tried < atLeast) {
      const index = tried++;
      const isGood = index % 2 === 0;
      const outcome = await tryOne(
        cluster.client,
        namespace,
        pod(`${run}-${isGood ? "good" : "bad"}-${index}`, namespace, isGood),
      );
      if (outcome === "created" && isGood) counts.created++;
      else if (outcome === "denied" && !isGood) counts.denied++;
      else if (outcome !== "created") counts.failed.push(outcome);
    }
  };
  const workers = Array.from({ length: WORKERS }, worker);
  try {
    await disturbance();
  } finally {
    done = true;
    await Promise.all(workers);
  }
  const stored = await listOfObjects(cluster, `/api/v1/namespaces/${namespace}/pods`);
  const names = stored.map((each) => textAt(each, "metadata", "name")).filter((name) => name.startsWith(`${run}-`));
  await cluster.client.delete(`/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`);
  return { ...counts, slipped: names.filter((name) => name.includes("-bad-")) };
}

/** `created`, `denied` by us, or what was answered otherwise. */
async function tryOne(client: ApiClient, namespace: string, object: JsonObject): Promise<string> {
  try {
    const { status, text, body } = await client.post(`/api/v1/namespaces/${namespace}/pods`, object);
    if (status === 201) return "created";
    const denied = status === 403 && String(body.message).startsWith(`admission webhook "${WEBHOOK_NAME}" denied`);
    return denied ? "denied" : `${status} ${text.slice(0, 400)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pod(name: string, namespace: string, isGood: boolean): JsonObject {
  const spec = goodPod();
  for (const container of spec.containers) {
    if (!isGood) container.image = "registry.example.com/vision/paddle-ocr:latest";
  }
  return workload("Pod", name, namespace, spec);
}
