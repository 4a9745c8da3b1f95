import type { PodSource } from "./pod-source.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** The pods of an object, as far as they can be seen. */
export interface PodReading {
  readonly pods: readonly PodSource[];
  readonly unseen: readonly UnseenPods[];
}
