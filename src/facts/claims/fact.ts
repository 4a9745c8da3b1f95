import { podQuery } from "../../relations/pod-query.ts";
import type { Fact } from "../terms/fact.ts";

/** The claims that each pod mounts, or names as the place of its models (`pvc://…`). */
export const claims: Fact = {
  name: "claims",
  needs: ["models"],
  join(draft, { resource, workload }, { set, file }) {
    for (const [index, pod] of workload?.pods.entries() ?? []) {
      const target = draft.workload?.pods[index];
      if (target === undefined) continue;
      const query = podQuery(resource, pod, file.rendering);
      const names = new Set(query.claimNames);
      for (const container of target.containers) {
        for (const { claim } of container.models ?? []) if (claim !== undefined) names.add(claim);
      }
      target.claims = set.claims({ ...query, claimNames: [...names] });
    }
    return workload !== null;
  },
};
