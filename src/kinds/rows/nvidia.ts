import * as labels from "../controller-labels.ts";
import type { KindRow } from "../kind-row.ts";
import { nimServicePods } from "../nim-service.ts";
import { REPLICAS } from "./places.ts";

/** NVIDIA's inference microservices, and the pods that Grove groups. */
export const NVIDIA_ROWS: readonly KindRow[] = [
  {
    groups: ["apps.nvidia.com"],
    kind: "NIMService",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    replicas: REPLICAS,
    sources: nimServicePods,
  },
  {
    // Source: ai-dynamo/grove, operator/api/core/v1alpha1/{podcliqueset,podclique}.go, operator/api/common/labels.go
    groups: ["grove.io"],
    kind: "PodCliqueSet",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.template.cliques[].spec.podSpec", metadataAbove: 2 }],
    replicas: REPLICAS,
    labels: () => labels.GROVE_LABELS,
  },
  {
    groups: ["grove.io"],
    kind: "PodClique",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.podSpec", name: "pod" }],
    replicas: REPLICAS,
    labels: () => labels.ANY_LABELS,
  },
];
