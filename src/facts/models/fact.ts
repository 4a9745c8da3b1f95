import type { Fact } from "../terms/fact.ts";
import { modelSourcesOf } from "./sources.ts";

/** Where each container's models come from. */
export const models: Fact = {
  name: "models",
  join(draft, { resource, workload }) {
    for (const [index, pod] of workload?.pods.entries() ?? []) {
      for (const [place, container] of pod.containers.entries()) {
        const target = draft.workload?.pods[index]?.containers[place];
        if (target !== undefined) target.models = [...modelSourcesOf(resource, pod, container)];
      }
    }
    return workload !== null;
  },
};
