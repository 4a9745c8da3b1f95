import { parentPort, workerData } from "node:worker_threads";
import { ResourceSet } from "../../relations/resource-set.ts";
import { type AdmissionRequest, BadReviewError, readReview } from "../admission-review.ts";
import { noFacts, type ReviewFacts } from "../review-facts.ts";
import { Reviewer } from "../reviewer.ts";
import type { RelationSnapshot } from "./facts.ts";
import { holdsMoreValues } from "./json-values.ts";
import type { FromReviewWorker, ReviewWorkerStart, ToReviewWorker } from "./worker-protocol.ts";

/**
 * Values of a body. The largest objects that a cluster keeps have some hundred thousand. It must not be the heap's limit
 * that stops a body: a thread that reaches it can take the whole process down with it.
 */
const mostValues = 750_000;
/** So many namespaces are remembered; a large object is rare, and a namespace has many. */
const mostNamespaces = 32;

// Both ends of this border are this very package, started together: what arrives is what `large-reviews.ts` sent.
// A failure here ends the thread, which `large-reviews.ts` answers for.
void work(workerData);

async function work({ options, asks }: ReviewWorkerStart): Promise<void> {
  const reviewer = await Reviewer.prepare(options);
  const unknown = noFacts();
  const known = new Map<string | null, Known>();
  let waiting: AdmissionRequest | undefined;
  parentPort?.on("message", (message: ToReviewWorker) => {
    if ("body" in message) {
      if (holdsMoreValues(message.body, mostValues)) {
        send({ failed: "complexity" });
        return;
      }
      const review = read(message.body);
      if (review === null) return;
      if (!asks) return send({ reviewed: reviewer.review(review, unknown, new Date()) });
      waiting = review;
      const { namespace } = review;
      const version = known.get(namespace)?.version ?? null;
      send({ asked: { namespace, version, questions: reviewer.questions(review), owned: reviewer.owned(review) } });
      return;
    }
    if (waiting === undefined) return;
    const { namespace } = waiting;
    if (message.facts !== null) remember(known, namespace, message.facts);
    const facts = known.get(namespace)?.facts ?? unknown;
    const { told, owners } = message;
    const reviewed = reviewer.review(waiting, { ...facts, told, ...(owners === null ? {} : { owners }) }, new Date());
    waiting = undefined;
    send({ reviewed });
  });
  send({ ready: true });
}

interface Known {
  readonly version: RelationSnapshot["version"];
  readonly facts: ReviewFacts;
}

function remember(known: Map<string | null, Known>, namespace: string | null, snapshot: RelationSnapshot): void {
  known.delete(namespace);
  if (known.size >= mostNamespaces) {
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }
  const { version, entries, options, namespaceLabels, exemptions = [] } = snapshot;
  const set = new ResourceSet(entries, options);
  const facts = { relations: () => set, namespaceLabels: () => namespaceLabels, exemptions: () => exemptions };
  known.set(namespace, { version, facts });
}

function read(body: Uint8Array): AdmissionRequest | null {
  try {
    return readReview(body);
  } catch (error) {
    if (!(error instanceof BadReviewError)) throw error;
    send({ bad: { status: error.status, message: error.message } });
    return null;
  }
}

function send(message: FromReviewWorker): void {
  parentPort?.postMessage(message);
}
