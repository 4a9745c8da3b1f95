import { podQuery } from "../../relations/pod-query.ts";
import type { Fact } from "../terms/fact.ts";

/** What network policies say of each pod's traffic; of an object that is one, whether it selects any pod. */
export const network: Fact = {
  name: "network",
  // A policy is told that it selects pods by those who are asked about theirs.
  teaches: true,
  join(draft, { resource, workload }, { set, file }) {
    for (const [index, pod] of workload?.pods.entries() ?? []) {
      const target = draft.workload?.pods[index];
      const fact = set.network(podQuery(resource, pod, file.rendering));
      if (target !== undefined) target.network = fact;
    }
    const policy = set.policyFact(resource, file);
    if (policy === null || policy.selects === "pods") return workload !== null;
    draft.policy = policy;
    return true;
  },
};
