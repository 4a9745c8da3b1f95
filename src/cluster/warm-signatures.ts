import type { SignatureFacts } from "../facts/signatures/fact.ts";
import type { FactSource } from "../facts/terms/source.ts";
import { listOf, objectOf, textOf } from "../json/json.ts";
import { messageIn } from "../messages/thrown.ts";
import type { ClusterClient } from "./client.ts";

/** More different images than a cluster has; a flood of pods must not take the registries' patience. */
const mostImages = 2_000;

/**
 * Finds out about the images of the pods that run, in the background: a pod that is made again is then judged at once.
 * Never throws: where it fails, the first review asks.
 */
export async function warmSignatures(
  client: Pick<ClusterClient, "pages">,
  signatures: Pick<FactSource, "facts">,
  onNote: (note: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const images = new Set<string>();
    for await (const { items } of client.pages("/api/v1/pods", { signal })) {
      for (const pod of items) for (const image of imagesOf(objectOf(pod.spec))) images.add(image);
      if (images.size >= mostImages) break;
    }
    const facts = (await signatures.facts([...images].slice(0, mostImages), signal)) as SignatureFacts;
    if (signal.aborted) return;
    const verified = Object.values(facts).filter(({ state }) => state === "verified").length;
    onNote(`of ${Object.keys(facts).length} images that run, ${verified} are verified`);
  } catch (error) {
    if (signal.aborted) return;
    onNote(`the images that run could not be listed: ${messageIn(error)}`);
  }
}

function imagesOf(spec: ReturnType<typeof objectOf>): string[] {
  const containers = [...listOf(spec.initContainers), ...listOf(spec.containers)];
  return containers.flatMap((container) => textOf(objectOf(container).image) ?? []);
}
