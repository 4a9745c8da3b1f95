import { listOf, objectOf } from "../../json/json.ts";
import type { End, Relation } from "../terms/relation.ts";
import { type WorkloadData, workloadEnd } from "./workload-end.ts";

/** A PersistentVolumeClaim. Plain data. */
export interface ClaimData {
  readonly accessModes: readonly string[];
}

const claimEnd: End<ClaimData> = {
  role: "claim",
  kinds: ["/PersistentVolumeClaim"],
  read({ resource }) {
    const { accessModes } = objectOf(resource.object.spec);
    return { accessModes: listOf(accessModes).filter((mode) => typeof mode === "string") };
  },
  show: ({ accessModes }) => ({ accessModes }),
  withoutBulk: () => ({ accessModes: [] }),
};

/** The claims that a workload's pods mount. */
export const claims: Relation<WorkloadData, ClaimData> = {
  name: "claims",
  from: workloadEnd,
  to: claimEnd,
  match: {
    by: "key",
    from: ({ data }) =>
      (data?.pods ?? []).flatMap((pod) => pod.claims.map((name) => ({ of: "/PersistentVolumeClaim", name }))),
  },
  absence: "unknown",
  fact: "claims",
};
