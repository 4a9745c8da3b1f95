import { type Artifact, type ImageArtifacts, read } from "./artifacts.ts";
import type { Found } from "./found.ts";

/**
 * What `search` finds in the artefacts that refer to an image. One that cannot be opened is an obstacle beside what the
 * others hold; where they cannot be listed at all, that is the end.
 */
export async function* foundInReferrers(
  artifacts: ImageArtifacts,
  search: (artifact: Artifact) => AsyncGenerator<Found>,
): AsyncGenerator<Found> {
  const referrers = artifacts.referrers();
  for (;;) {
    const next = await read(() => referrers.next());
    if ("obstacle" in next) return yield { type: "obstacle", obstacle: next.obstacle };
    if (next.value.done === true) return;
    const opened = next.value.value;
    if ("obstacle" in opened) yield { type: "obstacle", obstacle: opened.obstacle };
    else yield* search(opened.value);
  }
}
