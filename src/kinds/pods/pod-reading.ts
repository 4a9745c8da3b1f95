import type { Resource } from "../../resources/resource.ts";
import type { PodSource } from "./pod-source.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** The pods of an object, as far as they can be seen. */
export interface PodReading {
  readonly pods: readonly PodSource[];
  readonly unseen: readonly UnseenPods[];
}

/**
 * Reads the pods of an object that another one carries.
 * @param nesting in how many others it stands
 */
export type ReadNested = (resource: Resource, nesting: number) => PodReading;
