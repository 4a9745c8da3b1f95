import { podQuery } from "../../relations/pod-query.ts";
import type { Fact } from "../terms/fact.ts";

/** The Services that select each pod. */
export const services: Fact = {
  name: "services",
  join(draft, { resource, workload }, { set, file }) {
    for (const [index, pod] of workload?.pods.entries() ?? []) {
      const target = draft.workload?.pods[index];
      if (target !== undefined) target.services = set.services(podQuery(resource, pod, file.rendering));
    }
    return workload !== null;
  },
};
