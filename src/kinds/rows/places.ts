import type { PodPlace } from "../pods/kind-row.ts";

/** Where most controllers have the template of their pods. */
export const TEMPLATE: readonly PodPlace[] = [{ at: "spec.template.spec" }];

/** Where most controllers have the number of their pods. */
export const REPLICAS: readonly string[] = ["spec.replicas"];
