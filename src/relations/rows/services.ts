import { objectOf } from "../../json/json.ts";
import { labelMap, type Selector } from "../../resources/selectors.ts";
import type { End, Relation } from "../terms/relation.ts";
import { type WorkloadData, workloadEnd } from "./workload-end.ts";

/** A Service that selects pods. Plain data. */
export interface ServiceData {
  /** Not empty: a Service without a selector selects nothing. */
  readonly selector: Selector;
}

const serviceEnd: End<ServiceData> = {
  role: "service",
  kinds: ["/Service"],
  growsNotOld: true,
  read({ resource }) {
    const selector = labelMap(objectOf(resource.object.spec).selector);
    return selector.requirements.length === 0 ? null : { selector };
  },
};

/** The workloads whose pods a Service selects. */
export const services: Relation<ServiceData, WorkloadData> = {
  name: "backends",
  inverse: "services",
  from: serviceEnd,
  to: workloadEnd,
  match: { by: "selector", from: ({ data }) => data, to: ({ data }) => data?.pods ?? [] },
  absence: "missing",
  fact: "services",
};
